import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { findSeries } from './find';
import { gapAfter } from './levels';

export interface LatestValue {
  target: string;
  metric: MetricName;
  label: string;
  /** When it was measured, ms since the epoch. */
  t: number;
  v: number;
}

/**
 * The newest sample of each series of a stack with one of these metrics. A series whose newest sample is older
 * than `maxAgeMs` (by default a minute, or the metric's own gap where that is longer) is left out: it is not
 * being measured now.
 */
export async function latest(
  store: Store,
  stack: string,
  metrics: readonly MetricName[],
  options: { maxAgeMs?: number; now?: number } = {},
): Promise<LatestValue[]> {
  const now = options.now ?? Date.now();
  const series = await findSeries(store, stack, metrics);
  if (series.length === 0) return [];
  const ages = series.map((s) => options.maxAgeMs ?? Math.max(60_000, gapAfter(s.metric)));
  const { rows } = await store.pool.query<{ id: number; at: Date; value: number }>(
    `SELECT s.id, l.at, l.value FROM unnest($1::int[], $2::timestamptz[]) AS s (id, since)
     CROSS JOIN LATERAL (
       SELECT at, value FROM series.sample WHERE series_id = s.id AND at >= s.since AND at <= $3
       ORDER BY at DESC LIMIT 1) l`,
    [series.map((s) => s.id), ages.map((age) => new Date(now - age)), new Date(now)],
  );
  const byId = new Map(rows.map((r) => [r.id, r]));
  return series.flatMap(({ id, ...of }) => {
    const row = byId.get(id);
    return row ? [{ ...of, t: row.at.getTime(), v: row.value }] : [];
  });
}
