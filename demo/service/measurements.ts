import type { TwoLevelCache } from '@/lib/cache/cache';
import type { Database } from './database';
import type { Measurement } from './metrics';
import type { TaskCount } from './queries';

/** What the metrics page tells of the database, the pool and the cache. */
export function measurements(
  database: Database,
  cache: TwoLevelCache | null,
  connections: number,
  tasks: readonly TaskCount[],
): Record<string, Measurement> {
  const gauge = (help: string, value: number): Measurement => ({ type: 'gauge', help, value });
  const counter = (help: string, value: number): Measurement => ({ type: 'counter', help, value });
  const { pool, counts } = database;
  const found: Record<string, Measurement> = {
    demo_database_connections: gauge('Connections of this service to its database.', connections),
    demo_database_connects_total: counter('Connections opened.', counts.connects),
    demo_tasks: {
      type: 'gauge',
      help: 'Tasks by model and status.',
      value: tasks.map(({ model, status, tasks: n }) => ({ labels: { model, status }, value: Number(n) })),
    },
    demo_database_slow_statements_total: counter('Statements of 500 ms or more.', counts.slow),
  };
  if (pool) {
    const { size, open, idle, waiting } = pool.state;
    Object.assign(found, {
      demo_pool_size: gauge('Most connections of the pool.', size),
      demo_pool_in_use: gauge('Connections in use.', open - idle),
      demo_pool_idle: gauge('Connections that are free.', idle),
      demo_pool_waiting: gauge('Requests that wait for a connection.', waiting),
      demo_pool_taken_total: counter('Connections handed out.', pool.counts.taken),
      demo_pool_waited_total: counter('Times that all connections were in use.', pool.counts.waited),
      demo_pool_wait_seconds_total: counter('Time waited for a connection.', pool.counts.waitSeconds),
      demo_pool_timeouts_total: counter('Connections that could not be had in time.', pool.counts.timeouts),
    });
  }
  if (cache) {
    const { hits, misses, loads, bytes, local } = cache.statistics();
    Object.assign(found, {
      demo_cache_local_hits_total: counter('Values found in the memory of the process.', hits.local),
      demo_cache_redis_hits_total: counter('Values found in Redis.', hits.redis),
      demo_cache_misses_total: counter('Values found in neither.', misses),
      demo_cache_loads_total: counter('Loads from the database.', loads),
      demo_cache_local_bytes: gauge('Memory of the local level, as JSON.', local.bytes),
      demo_cache_bytes_before_total: counter('Bytes written to Redis, before compression.', bytes.before),
      demo_cache_bytes_after_total: counter('Bytes written to Redis, after compression.', bytes.after),
    });
  }
  return found;
}
