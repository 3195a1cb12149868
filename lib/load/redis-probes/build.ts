import type { RedisProbe } from '@/lib/contracts/workload';
import { bigFrom } from '@/lib/observe/collectors/redis/keyspace';
import { type MeasuredOperation, measuredMix, missShare } from '@/lib/observe/collectors/redis/operations';
import { seededRandom } from '@/lib/stats/random';
import { type RedisConnection, withRedis } from '@/lib/targets/redis/connect';
import { parseInfo } from '@/lib/targets/redis/info';
import { absentNamespace, ownKeySeconds, ownNamespace } from './own-keys';

/** Bounds of the sample: at most 20 SCAN calls, 1,000 keys, and 200 different calls a probe. */
const bounds = { scans: 20, scanCount: 100, keys: 1_000, rows: 200, mget: 10, members: 10 };
/** Of the values written where no string was sampled, bytes. */
const usualBytes = 100;
const mostBytes = 64 * 1024;

export interface BuiltRedisProbes {
  probes: RedisProbe[];
  skipped: { query: string; why: string }[];
}

interface SampledKey {
  key: string;
  type: string;
  length: number;
  /** Some fields or members. */
  parts: string[];
}

/**
 * Probes of a Redis server in the proportions in which its applications send these commands (commandstats), on
 * sampled keys that are not big; GET misses as often as lookups of the server do. Reads only, unless `writes`: then SET
 * too, of the usual size, to keys of Ratchet's own namespace that expire by themselves.
 * @throws AppError unreachable | timeout | privilege-missing
 */
export async function buildRedisProbes(
  connection: RedisConnection,
  o: { target: string; seed: number; writes: boolean },
): Promise<BuiltRedisProbes> {
  return withRedis(connection, async ({ redis }) => {
    const info = parseInfo(await redis.info('all'));
    const mix = measuredMix(info);
    const call = (command: string, ...args: (string | number)[]) => redis.call(command, ...args);
    const keys = mix.length === 0 ? [] : await sample(call);
    const built = mix.map((operation) => probeOf(operation, keys, missShare(info) ?? 0, o));
    const skipped = built.flatMap((b) => ('why' in b ? [b] : []));
    if (mix.length === 0)
      skipped.push({ query: o.target, why: 'its applications have sent no command that can be run again' });
    return { probes: built.flatMap((b) => ('kind' in b ? [b] : [])), skipped };
  });
}

type Call = (command: string, ...args: (string | number)[]) => Promise<unknown>;

async function sample(call: Call): Promise<SampledKey[]> {
  const names = new Set<string>();
  let cursor = '0';
  for (let i = 0; i < bounds.scans && names.size < bounds.keys; i++) {
    const reply = await call('scan', cursor, 'COUNT', bounds.scanCount);
    if (!Array.isArray(reply)) break;
    for (const key of Array.isArray(reply[1]) ? reply[1] : []) names.add(String(key));
    cursor = String(reply[0]);
    if (cursor === '0') break;
  }
  const chosen = [...names].filter((key) => !key.startsWith(ownNamespace)).slice(0, bounds.keys);
  const looked = await Promise.all(chosen.map((key) => look(call, key)));
  return looked.filter((k) => k !== null);
}

const lengths: Readonly<Record<string, string>> = {
  string: 'strlen',
  hash: 'hlen',
  set: 'scard',
  list: 'llen',
  zset: 'zcard',
};

async function look(call: Call, key: string): Promise<SampledKey | null> {
  try {
    const type = String(await call('type', key));
    const command = lengths[type];
    if (command === undefined) return null;
    const length = Number(await call(command, key));
    // A big key would make one probe slow by itself, and is a finding of its own.
    if (length === 0 || length > (bigFrom[type] ?? 0)) return null;
    return { key, type, length, parts: await partsOf(call, key, type) };
  } catch (error) {
    // Replaced by a key of another type since it was looked at.
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  }
}

/** Some fields of a hash or members of a set or sorted set. */
async function partsOf(call: Call, key: string, type: string): Promise<string[]> {
  const scan = { hash: 'hscan', set: 'sscan', zset: 'zscan' }[type];
  if (scan === undefined) return [];
  const reply = await call(scan, key, '0', 'COUNT', bounds.members);
  const items = Array.isArray(reply) && Array.isArray(reply[1]) ? reply[1].map(String) : [];
  const step = type === 'set' ? 1 : 2;
  return items.filter((_, i) => i % step === 0).slice(0, bounds.members);
}

function probeOf(
  operation: MeasuredOperation,
  keys: readonly SampledKey[],
  misses: number,
  o: { target: string; seed: number; writes: boolean },
): RedisProbe | { query: string; why: string } {
  const { command, type, writes, calls } = operation;
  if (writes && !o.writes)
    return { query: command, why: 'it writes; allow write probes in the options of the target' };
  const fitting = keys.filter((k) => type === 'any' || k.type === type);
  if (!writes && fitting.length === 0)
    return { query: command, why: `no ${type === 'any' ? 'key' : type} that is not big was sampled` };
  const rows = writes ? written(fitting) : rowsOf(command, fitting, misses, seededRandom(o.seed));
  if (rows.length === 0) return { query: command, why: 'the sampled keys have no fields or members' };
  const { target } = o;
  return {
    kind: 'redis',
    name: command,
    weight: calls,
    target,
    command,
    rows,
    mode: writes ? 'own' : 'read',
  };
}

/** Arguments of up to 200 calls. */
function rowsOf(
  command: string,
  keys: readonly SampledKey[],
  misses: number,
  random: { next(): number; below(n: number): number },
): string[][] {
  const pick = (): SampledKey | undefined => keys[random.below(keys.length)];
  const rows: string[][] = [];
  for (let i = 0; i < bounds.rows; i++) {
    const one = pick();
    if (!one) break;
    const part = one.parts[random.below(Math.max(1, one.parts.length))];
    const absent = random.next() < misses;
    const { key } = one;
    switch (command) {
      case 'GET':
        rows.push([absent ? `${absentNamespace}${i}` : key]);
        break;
      case 'MGET':
        rows.push(Array.from({ length: bounds.mget }, () => pick()?.key ?? key));
        break;
      case 'LRANGE':
      case 'ZRANGE':
        rows.push([key, '0', String(bounds.members - 1)]);
        break;
      case 'HMGET':
        if (one.parts.length > 0) rows.push([key, ...one.parts]);
        break;
      case 'HGET':
      case 'SISMEMBER':
      case 'ZSCORE':
        if (part !== undefined) rows.push([key, part]);
        break;
      default:
        rows.push([key]);
    }
  }
  return rows;
}

/** SETs of values as long as those sampled, and of nothing that was in them. */
function written(strings: readonly SampledKey[]): string[][] {
  return Array.from({ length: bounds.rows }, (_, i) => {
    const length = Math.min(mostBytes, strings[i % Math.max(1, strings.length)]?.length ?? usualBytes);
    return [`${ownNamespace}${i}`, 'x'.repeat(length), 'EX', String(ownKeySeconds)];
  });
}
