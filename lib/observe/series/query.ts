import { metrics, type SeriesData, type SeriesQuery } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { fillGaps, type Step } from './fill-gaps';
import { type FoundSeries, findSeries } from './find';
import { gapAfter } from './levels';
import { type Resolution, resolutionFor } from './resolution';
import { lateralFrom } from './sources';
import { watermarks } from './watermarks';

/**
 * Series of one metric over a time range, one for each target and label, as at most `points` steps. A point's
 * `t` is where its step begins (ms since the epoch), its `v` the mean of all samples in the step, null where
 * nothing was measured; `lo` and `hi` are the least and the largest sample of the step, given where they differ,
 * so that a spike is not averaged away. Series with nothing in the range are left out. One pass over the primary key; a month
 * is read from one-hour roll-ups, with the newest part from finer ones.
 */
export async function querySeries(
  store: Store,
  query: SeriesQuery & { label?: string },
  now = Date.now(),
): Promise<SeriesData[]> {
  const [series, marks] = await Promise.all([
    findSeries(store, query.stack, [query.metric], query.target, query.label),
    watermarks(store.pool),
  ]);
  if (series.length === 0) return [];
  const grid = resolutionFor(query.from.getTime(), query.to.getTime(), query.points, now);
  const gapMs = gapAfter(query.metric);
  const steps = await readSteps(store, series, grid, gapMs, marks);
  return series.flatMap(({ id, ...of }) => {
    const points = fillGaps(steps.get(id) ?? [], grid, gapMs, now);
    if (points.every((p) => p.v === null)) return [];
    return [{ ...of, unit: metrics[query.metric].unit, step: grid.stepMs / 1000, points }];
  });
}

async function readSteps(
  store: Store,
  series: readonly FoundSeries[],
  grid: Resolution,
  gapMs: number,
  marks: ReadonlyMap<string, Date>,
): Promise<Map<number, Step[]>> {
  // A little earlier than the first step, to know the value that may hold there.
  const before = grid.first - Math.ceil(gapMs / grid.stepMs) * grid.stepMs;
  const { rows } = await store.pool.query<Step & { id: number }>(
    `SELECT s.id, extract(epoch FROM b.step)::float8 * 1000 AS t, b.v, b.lo, b.hi, extract(epoch FROM b.until)::float8 * 1000 AS until
     FROM unnest($1::int[]) AS s (id) CROSS JOIN LATERAL (
       SELECT date_bin($4::interval, r.t, 'epoch'::timestamptz) AS step, sum(r.total) / sum(r.n) AS v,
         min(r.low) AS lo, max(r.high) AS hi, max(r.until) AS until
       FROM (${lateralFrom(grid.level, marks)}) r GROUP BY 1) b
     ORDER BY s.id, b.step`,
    [
      series.map((s) => s.id),
      new Date(before),
      new Date(grid.last + grid.stepMs),
      `${grid.stepMs} milliseconds`,
    ],
  );
  const byId = new Map<number, Step[]>();
  for (const { id, ...step } of rows) {
    const list = byId.get(id);
    if (list) list.push(step);
    else byId.set(id, [step]);
  }
  return byId;
}
