import { type Level, minute, perHour, perMinute, raw, second } from './levels';

/** Widths of a step that a time axis reads well, s. All divide a day, so that grids of different series agree. */
const niceSteps = [
  5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200,
];

export interface Resolution {
  /** Coarsest level that still gives one value a step. */
  level: Level;
  stepMs: number;
  /** First and last step, ms since the epoch; each step begins at a multiple of its width. */
  first: number;
  last: number;
}

/**
 * Chooses step and level for a span: the narrowest round step that gives at most `points` points, read from
 * the coarsest table that has it, or from a coarser one where the finer is no longer kept.
 */
export function resolutionFor(from: number, to: number, points: number, now: number): Resolution {
  const span = Math.max(to - from, 1);
  const days = Math.ceil(span / points / (86_400 * second)) * 86_400;
  const wanted = (niceSteps.find((s) => span / (s * second) <= points) ?? days) * second;
  const kept = (level: Level) => from >= now - level.keepMs;
  const level =
    wanted >= perHour.bucketMs || !kept(perMinute)
      ? perHour
      : wanted >= minute || !kept(raw)
        ? perMinute
        : raw;
  const stepMs = Math.max(wanted, level.bucketMs);
  const last = Math.floor(to / stepMs) * stepMs;
  const count = Math.min(points, Math.floor((last - Math.ceil(from / stepMs) * stepMs) / stepMs) + 1);
  return { level, stepMs, first: last - (count - 1) * stepMs, last };
}
