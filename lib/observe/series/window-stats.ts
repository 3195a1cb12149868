import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { findSeries } from './find';
import { perMinute, raw } from './levels';
import { resolutionFor } from './resolution';
import { lateralFrom } from './sources';
import { watermarks } from './watermarks';

export interface WindowStats {
  target: string;
  metric: MetricName;
  label: string;
  /** Of all samples in the range. */
  mean: number;
  least: number;
  most: number;
  /** The newest sample, or the mean of the newest minute or hour where samples are rolled up. */
  newest: number;
  samples: number;
}

/** Mean, extremes and newest value of each series of some metrics in a time range; series without a sample are left out. */
export async function windowStats(
  store: Store,
  stack: string,
  metrics: readonly MetricName[],
  from: Date,
  to: Date,
): Promise<WindowStats[]> {
  const [series, marks] = await Promise.all([findSeries(store, stack, metrics), watermarks(store.pool)]);
  if (series.length === 0) return [];
  const { level } = resolutionFor(from.getTime(), to.getTime(), 120, Date.now());
  const { rows } = await store.pool.query<Omit<WindowStats, 'target' | 'metric' | 'label'> & { id: number }>(
    `SELECT s.id, b.* FROM unnest($1::int[]) AS s (id) CROSS JOIN LATERAL (
       SELECT sum(r.total) / sum(r.n) AS mean, min(r.low) AS least, max(r.high) AS most,
         (array_agg(r.total / r.n ORDER BY r.t DESC))[1] AS newest, sum(r.n)::float8 AS samples
       FROM (${lateralFrom(level === raw ? perMinute : level, marks)}) r WHERE r.n > 0 HAVING count(*) > 0) b`,
    [series.map((s) => s.id), from, to],
  );
  const byId = new Map(rows.map(({ id, ...stats }) => [id, stats]));
  return series.flatMap(({ id, ...of }) => {
    const stats = byId.get(id);
    return stats ? [{ ...of, ...stats }] : [];
  });
}
