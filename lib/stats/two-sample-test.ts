import { seededRandom } from './random';

/** Splits counted out in full up to here; random ones beyond. */
const EXACT_UP_TO = 65_536;
const SHUFFLES = 65_536;

/**
 * Two-sided permutation test of the difference of two means (Pitman 1937): the share of ways to split the
 * pooled values into groups of these sizes whose |difference| is at least the observed one. All splits up
 * to 65,536; beyond, as many seeded shuffles and (hits + 1)/(shuffles + 1).
 * Reference: 1, 2, 3 against 4, 5, 6 → 2/20 = 0.1. An empty group → 1.
 */
export function twoSampleTest(first: readonly number[], second: readonly number[], seed: number): number {
  const k = first.length;
  const pooled = [...first, ...second];
  const n = pooled.length;
  if (k === 0 || k === n) return 1;
  const total = pooled.reduce((sum, v) => sum + v, 0);
  const scale = pooled.reduce((sum, v) => sum + Math.abs(v), 0);
  // With group sizes fixed, |difference of means| grows with |sum of the first group − its expectation|.
  const expected = (total * k) / n;
  const least = Math.abs(first.reduce((sum, v) => sum + v, 0) - expected) - 1e-12 * scale;
  if (splits(n, k) <= EXACT_UP_TO) {
    let hits = 0;
    let count = 0;
    const choose = (start: number, left: number, sum: number): void => {
      if (left === 0) {
        count++;
        if (Math.abs(sum - expected) >= least) hits++;
        return;
      }
      for (let i = start; i <= n - left; i++) choose(i + 1, left - 1, sum + (pooled[i] ?? 0));
    };
    choose(0, k, 0);
    return hits / count;
  }
  const random = seededRandom(seed, n, k);
  let hits = 0;
  for (let s = 0; s < SHUFFLES; s++) {
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const j = i + random.below(n - i);
      const drawn = pooled[j] ?? 0;
      pooled[j] = pooled[i] ?? 0;
      pooled[i] = drawn;
      sum += drawn;
    }
    if (Math.abs(sum - expected) >= least) hits++;
  }
  return (hits + 1) / (SHUFFLES + 1);
}

/** n choose k, Infinity-safe for the sizes used here. */
function splits(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - i + 1)) / i;
  return Math.round(result);
}
