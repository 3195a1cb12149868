import type { CacheView } from '@/lib/contracts/cache';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { Store } from '@/lib/store/client';
import { infoFields, infoNumber } from '@/lib/targets/redis/info';
import { observed } from '../observed';
import { commandRows } from './commands';
import { persistenceFacts, replicationFacts } from './states';

/** What the newest reading tells of a Redis server. @throws AppError not-found */
export async function cacheView(store: Store, query: ObserveQuery): Promise<CacheView> {
  const { target, takenAt, snapshot, findings } = await observed(store, 'redis', RedisSnapshot, query);
  const info = snapshot?.info ?? {};
  const config = snapshot?.config ?? null;
  const n = (field: string) => infoNumber(info, field);
  const max = n('maxmemory') ?? Number(config?.maxmemory ?? Number.NaN);
  const slower = Number(config?.['slowlog-log-slower-than'] ?? Number.NaN);
  const uptime = n('uptime_in_seconds');
  const startedAt = takenAt === null || uptime === null ? null : Date.parse(takenAt) / 1000 - uptime;
  return {
    target,
    takenAt,
    uptime,
    memory: {
      used: n('used_memory'),
      rss: n('used_memory_rss'),
      peak: n('used_memory_peak'),
      dataset: n('used_memory_dataset'),
      max: Number.isFinite(max) ? max : null,
      policy: info.maxmemory_policy ?? config?.['maxmemory-policy'] ?? null,
      fragmentation: n('mem_fragmentation_ratio'),
      allocator: info.mem_allocator ?? null,
    },
    keys: {
      hits: n('keyspace_hits'),
      misses: n('keyspace_misses'),
      expired: n('expired_keys'),
      evicted: n('evicted_keys'),
      databases: Object.entries(info)
        .filter(([name]) => /^db\d+$/.test(name))
        .map(([name, value]) => {
          const { keys = 0, expires = 0 } = infoFields(value);
          return { name, keys, expires };
        }),
    },
    clients: {
      connected: n('connected_clients'),
      blocked: n('blocked_clients'),
      max: n('maxclients'),
      rejected: n('rejected_connections'),
    },
    persistence: persistenceFacts(info, config, startedAt),
    replication: replicationFacts(info),
    commands: commandRows(info),
    slowLog: {
      length: snapshot?.slowLogLength ?? null,
      thresholdMs: Number.isFinite(slower) ? slower / 1000 : null,
      entries: snapshot?.slowLog ?? [],
    },
    sample: snapshot?.keyspace ?? { keys: 0, sampled: 0, withTtl: 0, prefixes: [], missing: null },
    findings,
  };
}
