import type { Effect, Outcome } from '@/lib/contracts/verdict';
import { roundSignificant } from '@/lib/stats/round-significant';
import type { Comparison } from './comparison';

/** The comparison in its own units, rounded to nine digits. An interval without bounds is 0 to the largest number. */
export function effectOf(c: Comparison, adjustedP: number, verdict: Outcome): Effect {
  const rate = c.metric === 'errors';
  const value = (x: number) => roundSignificant(rate ? x : Math.exp(x));
  const bound = (x: number) => {
    if (rate) return roundSignificant(Math.min(1, Math.max(-1, x)));
    return roundSignificant(Math.min(Math.exp(x), Number.MAX_VALUE));
  };
  const half = (c.high - c.low) / 2;
  return {
    before: value(c.before),
    after: value(c.after),
    ratio: value(c.centre),
    low: bound(c.low),
    high: bound(c.high),
    bootstrapLow: bound(c.bootstrapLow),
    bootstrapHigh: bound(c.bootstrapHigh),
    intervalsDisagree: Math.abs(c.low - c.bootstrapLow) > half || Math.abs(c.high - c.bootstrapHigh) > half,
    p: roundSignificant(c.p),
    adjustedP: roundSignificant(adjustedP),
    verdict,
  };
}
