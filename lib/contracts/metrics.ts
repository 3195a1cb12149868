import { z } from 'zod';

/**
 * The named metrics that collectors write. Names follow Prometheus habit: base unit in the name.
 * A gauge is stored as read; a rate is stored per second, computed from a counter.
 */
export const metrics = {
  // postgres
  'pg.transactions': { unit: '/s', title: 'Transactions' },
  'pg.rollbacks': { unit: '/s', title: 'Rolled back transactions' },
  'pg.connections': { unit: '', title: 'Connections' },
  'pg.connections_active': { unit: '', title: 'Active connections' },
  'pg.connections_idle_in_transaction': { unit: '', title: 'Connections idle in transaction' },
  'pg.connections_waiting': { unit: '', title: 'Connections waiting for a lock' },
  'pg.connections_max': { unit: '', title: 'max_connections' },
  'pg.hit_ratio': { unit: 'ratio', title: 'Shared buffer hit ratio' },
  'pg.database_time': { unit: 's/s', title: 'Database time' },
  'pg.statement_mean': { unit: 'ms', title: 'Mean statement time' },
  'pg.blocks_read': { unit: '/s', title: 'Blocks read' },
  'pg.temp_bytes': { unit: 'bytes/s', title: 'Temporary files written' },
  'pg.size': { unit: 'bytes', title: 'Database size' },
  'pg.wal': { unit: 'bytes/s', title: 'WAL generated' },
  'pg.wal_full_pages': { unit: '/s', title: 'Pages written whole into the WAL' },
  'pg.checkpoint_written': { unit: 'bytes/s', title: 'Written by checkpoints' },
  'pg.standby_lag': { unit: 'ms', title: 'Lag of this standby' },
  // label: name of the replica
  'pg.replica_lag': { unit: 'ms', title: 'Replay lag of a replica' },
  'pg.replica_behind': { unit: 'bytes', title: 'WAL that a replica has not replayed' },
  // label: name of the slot
  'pg.slot_retained': { unit: 'bytes', title: 'WAL kept for a replication slot' },
  'pg.ratchet_time': { unit: 's/s', title: "Ratchet's own database time" },
  // label: queryid
  'pg.statement_calls': { unit: '/s', title: 'Calls of a statement' },
  'pg.statement_time': { unit: 's/s', title: 'Database time of a statement' },
  'pg.statement_latency': { unit: 'ms', title: 'Mean time of a statement' },
  // label: schema.table
  'pg.table_size': { unit: 'bytes', title: 'Size of a table with its indexes' },
  'pg.latency': { unit: 'ms', title: 'Round trip' },
  // redis
  'redis.hit_ratio': { unit: 'ratio', title: 'Hit ratio' },
  'redis.memory': { unit: 'bytes', title: 'Memory used' },
  'redis.memory_max': { unit: 'bytes', title: 'maxmemory' },
  'redis.commands': { unit: '/s', title: 'Commands' },
  'redis.clients': { unit: '', title: 'Clients' },
  'redis.evictions': { unit: '/s', title: 'Evictions' },
  'redis.expired': { unit: '/s', title: 'Expired keys' },
  'redis.rss': { unit: 'bytes', title: 'Resident set size' },
  'redis.fragmentation': { unit: '×', title: 'Fragmentation: resident set size ÷ memory used' },
  'redis.keys': { unit: '', title: 'Keys' },
  'redis.latency': { unit: 'ms', title: 'Round trip' },
  // docker, label: container
  'docker.cpu': { unit: 'cores', title: 'CPU' },
  'docker.throttled': { unit: 'ratio', title: 'Share of CPU periods throttled' },
  'docker.memory': { unit: 'bytes', title: 'Working set' },
  'docker.memory_limit': { unit: 'bytes', title: 'Memory limit' },
  'docker.network_in': { unit: 'bytes/s', title: 'Network received' },
  'docker.network_out': { unit: 'bytes/s', title: 'Network sent' },
  'docker.disk_read': { unit: 'bytes/s', title: 'Disk read' },
  'docker.disk_write': { unit: 'bytes/s', title: 'Disk written' },
  'docker.containers': { unit: '', title: 'Running containers' },
  // http, label: endpoint
  'http.p50': { unit: 'ms', title: 'Response time p50' },
  'http.p95': { unit: 'ms', title: 'Response time p95' },
  'http.p99': { unit: 'ms', title: 'Response time p99' },
  'http.requests': { unit: '/s', title: 'Throughput' },
  'http.errors': { unit: 'ratio', title: 'Error rate' },
  'http.probe': { unit: 'ms', title: 'Probe response time' },
  // as the service itself tells, without a label
  'http.pool_size': { unit: '', title: 'Most connections of the pool' },
  'http.pool_in_use': { unit: '', title: 'Connections of the pool in use' },
  'http.pool_waiting': { unit: '', title: 'Requests waiting for a connection of the pool' },
  'http.cache_lookups': { unit: '/s', title: "Lookups in the application's cache" },
  'http.cache_hit_ratio': { unit: 'ratio', title: "Hit ratio of the application's cache" },
  'http.cache_local_ratio': { unit: 'ratio', title: 'Found in the memory of the application' },
} as const satisfies Record<string, { unit: string; title: string }>;

export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];
export type MetricName = keyof typeof metrics;
export const MetricName = z.enum(Object.keys(metrics) as [MetricName, ...MetricName[]]);

/** A series asked for: metric of a target, optionally one label (container, endpoint). */
export const SeriesQuery = z.object({
  stack: z.string(),
  metric: MetricName,
  target: z.string().optional(),
  from: z.coerce.date(),
  to: z.coerce.date(),
  /** Most points returned per series. */
  points: z.coerce.number().int().min(10).max(2000).default(300),
});
export type SeriesQuery = z.infer<typeof SeriesQuery>;

/**
 * `t` is ms since the epoch; `v` null is a gap: nothing was measured there. `lo` and `hi` are the least and the largest
 * sample that the point stands for, given where they differ.
 */
export const SeriesPoint = z.object({
  t: z.number(),
  v: z.number().nullable(),
  lo: z.number().optional(),
  hi: z.number().optional(),
});
export type SeriesPoint = z.infer<typeof SeriesPoint>;

export const SeriesData = z.object({
  target: z.string(),
  metric: MetricName,
  label: z.string(),
  unit: z.string(),
  /** Seconds one point stands for. */
  step: z.number(),
  points: z.array(SeriesPoint),
});
export type SeriesData = z.infer<typeof SeriesData>;
