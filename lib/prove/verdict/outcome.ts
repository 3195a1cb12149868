import type { Outcome } from '@/lib/contracts/verdict';
import type { Comparison } from './comparison';

/** Fewer rounds give no verdict: with 5, no p below 0.0625 can come out. */
export const LEAST_ROUNDS = 6;
export const ALPHA = 0.05;

/**
 * Error rates are differences, not ratios, so the margin is one of points: a fiftieth of the relative one,
 * 0.1 percentage points at the default 5 % (a service level of 99.9 % is lost by as much).
 */
export function errorMargin(margin: number): number {
  return margin / 50;
}

/**
 * The rule for one comparison, in this order: no difference (whole interval within the margin), improved,
 * regressed (interval beyond no effect and adjusted p < 0.05), else inconclusive.
 */
export function outcomeOf(c: Comparison, adjustedP: number, margin: number): Outcome {
  if (c.rounds < LEAST_ROUNDS) return 'inconclusive';
  const [least, most] =
    c.metric === 'errors'
      ? [-errorMargin(margin), errorMargin(margin)]
      : [Math.log(1 - margin), Math.log(1 + margin)];
  if (c.low >= least && c.high <= most) return 'no-difference';
  if (!(adjustedP < ALPHA)) return 'inconclusive';
  const moreIsBetter = c.metric === 'throughput';
  if (c.high < 0) return moreIsBetter ? 'regressed' : 'improved';
  if (c.low > 0) return moreIsBetter ? 'improved' : 'regressed';
  return 'inconclusive';
}
