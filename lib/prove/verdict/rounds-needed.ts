import type { Comparison } from './comparison';
import { smallestP } from './family';
import { ALPHA, errorMargin } from './outcome';

/** More than this is not advice. */
const MOST = 1_000;
/** z for two-sided 0.05 and for a power of 80 %. */
const Z_SIGNIFICANCE = 1.96;
const Z_POWER = 0.84;

/**
 * Rounds it would likely take to leave *inconclusive*, if the effect and the spread between rounds stay as
 * seen: the smaller of what shows a difference, n = ((z₀.₉₇₅ + z₀.₈)·s/d)², and what shows that there is none,
 * n = (z₀.₉₇₅·s/(ln(1 + m) − |d|))². `comparisons` is how many p-values share the 5 %. Null when no number can be given.
 */
export function roundsNeeded(
  c: Comparison,
  o: { margin: number; comparisons: number; separated: boolean },
): number | null {
  if (c.rounds < 2) return 12;
  const effect = Math.abs(c.centre);
  const room = (c.metric === 'errors' ? errorMargin(o.margin) : Math.log(1 + o.margin)) - effect;
  const different =
    effect > 0 ? (((Z_SIGNIFICANCE + Z_POWER) * c.spread) / effect) ** 2 : Number.POSITIVE_INFINITY;
  const same = room > 0 ? ((Z_SIGNIFICANCE * c.spread) / room) ** 2 : Number.POSITIVE_INFINITY;
  let rounds = Math.max(Math.ceil(Math.min(different, same)), c.rounds + 1, 6);
  while (rounds < 20 && smallestP(rounds, o.separated) * o.comparisons >= ALPHA) rounds++;
  return rounds <= MOST ? rounds : null;
}
