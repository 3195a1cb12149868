import type { LoadResourcePoint } from '@/lib/contracts/load-api';
import type { LoadResource } from '@/lib/contracts/load-record';
import { type MetricName, metrics } from '@/lib/contracts/metrics';
import { findSeries } from '@/lib/observe/series/find';
import { raw } from '@/lib/observe/series/levels';
import { lateralFrom } from '@/lib/observe/series/sources';
import type { Store } from '@/lib/store/client';

/** What tells of the cost of a load, or of what gave out first. */
const watched: readonly MetricName[] = [
  'docker.cpu',
  'docker.throttled',
  'docker.memory',
  'docker.memory_limit',
  'pg.connections',
  'pg.connections_active',
  'pg.connections_waiting',
  'pg.connections_max',
  'pg.database_time',
  'pg.statement_mean',
  'pg.transactions',
  'pg.hit_ratio',
  'redis.hit_ratio',
  'redis.commands',
  'redis.memory',
  'redis.clients',
  'redis.evictions',
];

/**
 * What the observer sampled of a stack's targets between two times (ms since the epoch, the first excluded), on the time axis
 * of a run that began at `startedAt`: samples as they came, every 5 s.
 */
export async function resourcePoints(
  store: Store,
  stack: string,
  startedAt: number,
  between: { after: number; until: number },
): Promise<LoadResourcePoint[]> {
  const series = await findSeries(store, stack, watched);
  if (series.length === 0) return [];
  const { rows } = await store.pool.query<{ id: number; at: number; value: number }>(
    `SELECT s.id, extract(epoch FROM r.t)::float8 * 1000 AS at, r.total AS value
     FROM unnest($1::int[]) AS s (id) CROSS JOIN LATERAL (${lateralFrom(raw, new Map())}) r ORDER BY r.t`,
    [series.map((s) => s.id), new Date(between.after + 1), new Date(between.until + 1)],
  );
  const byId = new Map(series.map((s) => [s.id, s]));
  return rows.flatMap(({ id, at, value }) => {
    const of = byId.get(id);
    if (!of) return [];
    const { target, metric, label } = of;
    return [{ target, metric, label, unit: metrics[metric].unit, t: (at - startedAt) / 1_000, v: value }];
  });
}

/** Points by series. */
export function asResources(points: readonly LoadResourcePoint[]): LoadResource[] {
  const found = new Map<string, LoadResource>();
  for (const { target, metric, label, unit, t, v } of points) {
    const key = JSON.stringify([target, metric, label]);
    const resource = found.get(key) ?? { target, metric, label, unit, points: [] };
    resource.points.push([t, v]);
    found.set(key, resource);
  }
  return [...found.values()];
}
