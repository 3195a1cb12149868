import type { SeriesPoint } from '@/lib/contracts/metrics';

export interface Step {
  /** Begin of the step, ms. */
  t: number;
  /** Mean over the step. */
  v: number;
  /** Least and largest sample in the step. */
  lo?: number;
  hi?: number;
  /** Last moment in the step that was measured, ms. */
  until: number;
}

/**
 * Puts measured steps on an even grid. A step without a sample takes the value before it while that is no older
 * than `gapMs` at the end of the step or now (the samples' jitter against the grid); beyond that it is a gap, null.
 * `steps` is in order of time and may begin before `first`, for the sake of the first step's value.
 */
export function fillGaps(
  steps: readonly Step[],
  grid: { first: number; last: number; stepMs: number },
  gapMs: number,
  now: number,
): SeriesPoint[] {
  const points: SeriesPoint[] = [];
  let i = 0;
  let held: Step | undefined;
  for (let t = grid.first; t <= grid.last; t += grid.stepMs) {
    for (let step = steps[i]; step && step.t <= t; step = steps[++i]) held = step;
    const end = Math.min(t + grid.stepMs, now);
    const fresh = held && t <= now && (held.t === t || end - held.until <= gapMs);
    const spread = fresh && held?.t === t ? spreadOf(held) : {};
    points.push({ t, v: fresh && held ? held.v : null, ...spread });
  }
  return points;
}

/** Least and largest sample, where there was more than one value. */
function spreadOf({ lo, hi }: Step): { lo?: number; hi?: number } {
  return lo === undefined || hi === undefined || lo === hi ? {} : { lo, hi };
}
