import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { findSeries } from './find';
import { resolutionFor } from './resolution';
import { lateralFrom } from './sources';
import { watermarks } from './watermarks';

export interface WindowMean {
  target: string;
  metric: MetricName;
  label: string;
  mean: number;
  /** How many samples it is the mean of. */
  samples: number;
}

/** The mean of all samples of each series of a metric in a time range; series without a sample are left out. */
export async function windowMean(
  store: Store,
  stack: string,
  metric: MetricName,
  from: Date,
  to: Date,
): Promise<WindowMean[]> {
  const [series, marks] = await Promise.all([findSeries(store, stack, [metric]), watermarks(store.pool)]);
  if (series.length === 0) return [];
  const { level } = resolutionFor(from.getTime(), to.getTime(), 120, Date.now());
  const { rows } = await store.pool.query<{ id: number; mean: number; samples: number }>(
    `SELECT s.id, b.mean, b.samples FROM unnest($1::int[]) AS s (id) CROSS JOIN LATERAL (
       SELECT sum(r.total) / sum(r.n) AS mean, sum(r.n)::float8 AS samples
       FROM (${lateralFrom(level, marks)}) r HAVING sum(r.n) > 0) b`,
    [series.map((s) => s.id), from, to],
  );
  const byId = new Map(rows.map((r) => [r.id, r]));
  return series.flatMap(({ id, ...of }) => {
    const row = byId.get(id);
    return row ? [{ ...of, mean: row.mean, samples: row.samples }] : [];
  });
}
