import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { findSeries } from './find';
import { perMinute } from './levels';
import { lateralFrom } from './sources';
import { watermarks } from './watermarks';

export interface WindowSpread {
  label: string;
  /** 99th percentile of the highest values of each minute (of each sample, where minutes are not rolled up yet). */
  p99: number;
  peak: number;
  /** Of all samples. */
  mean: number;
  /** From the first sample to the last, s. */
  seconds: number;
}

/** How the series of a metric of one target spread over a time range, one entry a label; without a sample, none. */
export async function windowSpread(
  store: Store,
  of: { stack: string; target: string; metric: MetricName },
  from: Date,
  to: Date,
): Promise<WindowSpread[]> {
  const [series, marks] = await Promise.all([
    findSeries(store, of.stack, [of.metric], of.target),
    watermarks(store.pool),
  ]);
  if (series.length === 0) return [];
  const { rows } = await store.pool.query<{
    id: number;
    p99: number;
    peak: number;
    mean: number;
    seconds: number;
  }>(
    `SELECT s.id, b.p99, b.peak, b.mean, b.seconds FROM unnest($1::int[]) AS s (id) CROSS JOIN LATERAL (
       SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY r.high) AS p99, max(r.high) AS peak,
         sum(r.total) / sum(r.n) AS mean,
         extract(epoch FROM max(r.until) - min(r.t))::float8 AS seconds
       FROM (${lateralFrom(perMinute, marks)}) r HAVING count(*) > 0) b`,
    [series.map((s) => s.id), from, to],
  );
  const byId = new Map(rows.map((r) => [r.id, r]));
  return series.flatMap(({ id, label }) => {
    const row = byId.get(id);
    return row ? [{ label, p99: row.p99, peak: row.peak, mean: row.mean, seconds: row.seconds }] : [];
  });
}
