import type { Outcome } from '@/lib/contracts/verdict';

/**
 * The colour of an effect: strong for shown to be better, vermilion for shown to be worse, quiet for all else.
 * Follows the verdict, never the eye.
 */
export const outcomeColor = (outcome: Outcome): string =>
  outcome === 'improved' ? 'var(--after)' : outcome === 'regressed' ? 'var(--bad)' : 'var(--before)';

export interface IntervalMark {
  /** 0..1 along the axis. */
  low: number;
  middle: number;
  high: number;
  one: number;
  /** The interval goes on beyond the drawn range. */
  cutLow: boolean;
  cutHigh: boolean;
}

/** Where a ratio and its interval lie on a logarithmic axis over `domain`. */
export function placeInterval(
  effect: { ratio: number; low: number; high: number },
  domain: [number, number],
): IntervalMark | null {
  const [lo, hi] = domain;
  const place = (v: number) => Math.min(1, Math.max(0, Math.log(v / lo) / Math.log(hi / lo)));
  if (!(effect.ratio > 0) || !(effect.low > 0) || !Number.isFinite(effect.high)) return null;
  return {
    low: place(effect.low),
    middle: place(effect.ratio),
    high: place(effect.high),
    one: place(1),
    cutLow: effect.low < lo,
    cutHigh: effect.high > hi,
  };
}

/** A domain that holds all intervals and no change, at least from 0.8 to 1.25. */
export function intervalDomain(effects: { low: number; high: number; ratio: number }[]): [number, number] {
  let lo = 0.8;
  let hi = 1.25;
  for (const e of effects) {
    if (e.low > 0 && Number.isFinite(e.low)) lo = Math.min(lo, e.low);
    if (e.high > 0 && Number.isFinite(e.high)) hi = Math.max(hi, e.high);
  }
  // One very wide interval must not press the others into a point.
  return [Math.max(lo / 1.12, 1e-5), Math.min(hi * 1.12, 1e4)];
}
