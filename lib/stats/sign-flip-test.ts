import { seededRandom } from './random';
import { SIGNS_AT_ONCE, signSums } from './sign-sums';

/** Up to here all 2^n sign patterns are tried. */
export const EXACT_UP_TO = 16;
/** Random patterns beyond. */
const FLIPS = 65_536;

/**
 * Two-sided sign-flip permutation test of "differences are symmetric about 0": the share of sign patterns
 * whose |sum| is at least the observed one (Fisher 1935; Pitman 1937). Exact up to 16 values; beyond, 65,536
 * seeded patterns and (hits + 1)/(patterns + 1) (Phipson & Smyth 2010), so p is never 0.
 * Reference: 1, 2, 3, 4, 5, 6 → 2/64 = 0.03125; all zero → 1. No values → 1.
 */
export function signFlipTest(differences: readonly number[], seed: number): number {
  const n = differences.length;
  const size = differences.reduce((sum, d) => sum + Math.abs(d), 0);
  if (n === 0 || size === 0) return 1;
  // Sums are added in another order than the observed one: equal ones must still count as equal.
  const least = Math.abs(differences.reduce((sum, d) => sum + d, 0)) - 1e-12 * size;
  if (n <= EXACT_UP_TO) {
    const sum = signSums(differences);
    let hits = 0;
    // A pattern and its opposite have the same |sum|: half of them are enough.
    for (let bits = 0; bits < 2 ** (n - 1); bits++) if (Math.abs(sum(bits)) >= least) hits++;
    return hits / 2 ** (n - 1);
  }
  const random = seededRandom(seed, n);
  const parts: ((bits: number) => number)[] = [];
  for (let i = 0; i < n; i += SIGNS_AT_ONCE) parts.push(signSums(differences.slice(i, i + SIGNS_AT_ONCE)));
  let hits = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    let total = 0;
    for (let i = 0; i < parts.length; i++) total += parts[i]?.(random.uint32()) ?? 0;
    if (Math.abs(total) >= least) hits++;
  }
  return (hits + 1) / (FLIPS + 1);
}
