import type { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { RedisSession } from '@/lib/targets/redis/connect';
import { parseInfo } from '@/lib/targets/redis/info';
import { readClients } from './clients';
import { sampleKeys } from './keyspace';
import { serverMemory } from './memory';
import type { OwnLookups } from './own';
import { isPasswordless } from './passwordless';
import { permitted } from './permitted';
import type { PingWindow } from './ping-window';
import type { RecentCounters } from './recent';

/** Settings that rules and remedies look at. */
const settings = [
  'maxmemory',
  'maxmemory-policy',
  'maxmemory-samples',
  'tcp-keepalive',
  'timeout',
  'tcp-backlog',
  'maxclients',
  'bind',
  'protected-mode',
  'save',
  'appendonly',
  'appendfsync',
  'lazyfree-lazy-eviction',
  'lazyfree-lazy-expire',
  'lazyfree-lazy-server-del',
  'lazyfree-lazy-user-del',
  'activedefrag',
  'hz',
  'io-threads',
  'slowlog-log-slower-than',
  'slowlog-max-len',
  'latency-monitor-threshold',
  'hash-max-listpack-entries',
  'list-max-listpack-size',
];

/** What a collector keeps from one reading to the next. */
export interface Kept {
  own: OwnLookups;
  recent: RecentCounters;
  pings: PingWindow;
}

/**
 * Reads a Redis server: INFO, settings, slow log, clients, round trips, and a bounded sample of the keys. What the
 * user may not read is null, with the server's reason.
 * @throws the driver's error when the server stops answering
 */
export async function readRedisSnapshot(
  session: RedisSession,
  { own, recent, pings }: Kept,
  signal: AbortSignal,
): Promise<RedisSnapshot> {
  const { redis } = session;
  const takenAt = new Date().toISOString();
  const info = parseInfo(await redis.info('all'));
  const config = await permitted(() => readConfig(session));
  const slowLogLength = await permitted(async () => Number(await redis.call('slowlog', 'len')));
  const slowLog = await permitted(() => readSlowLog(session));
  const clients = await readClients(session, info);
  await pings.measure(session, signal);
  return {
    takenAt,
    version: info.valkey_version ?? info.redis_version ?? '?',
    info,
    config: config.value,
    configMissing: config.refused,
    slowLogLength: slowLogLength.value,
    slowLog: slowLog.value ?? [],
    keyspace: await sampleKeys(session, own, signal),
    ...clients,
    recent: recent.next(info, performance.now()),
    pings: pings.read(),
    passwordless: await isPasswordless(session),
    memory: await serverMemory(info),
  };
}

/** One call a setting: servers before 7 know no list, and a setting they do not have gives nothing. */
async function readConfig(session: RedisSession): Promise<Record<string, string>> {
  const replies = await Promise.all(settings.map((name) => session.redis.config('GET', name)));
  const config: Record<string, string> = {};
  for (const reply of replies) {
    if (!Array.isArray(reply)) continue;
    for (let i = 0; i + 1 < reply.length; i += 2) config[String(reply[i])] = String(reply[i + 1]);
  }
  return config;
}

async function readSlowLog(session: RedisSession): Promise<RedisSnapshot['slowLog']> {
  const entries = await session.redis.call('slowlog', 'get', '32');
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [, seconds, micros, words, , client] = entry as unknown[];
    const command = Array.isArray(words) ? String(words[0] ?? '').toUpperCase() : '';
    const at = new Date(Number(seconds) * 1000).toISOString();
    return [{ at, ms: Number(micros) / 1000, command, own: /^ratchet(-|$)/.test(String(client ?? '')) }];
  });
}
