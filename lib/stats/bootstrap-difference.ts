import { quantile } from './quantile';
import { seededRandom } from './random';
import type { Interval } from './t-interval';

const RESAMPLES = 2_000;

/**
 * Percentile bootstrap interval of mean(second) − mean(first), both groups resampled with replacement
 * (Efron & Tibshirani 1993, chapter 13). RangeError when a group is empty.
 */
export function bootstrapDifference(
  first: readonly number[],
  second: readonly number[],
  seed: number,
  level = 0.95,
): Interval {
  if (first.length === 0 || second.length === 0) throw new RangeError('a bootstrap interval needs values');
  const random = seededRandom(seed, first.length, second.length);
  const draw = (values: readonly number[]): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.below(values.length)] ?? 0;
    return sum / values.length;
  };
  const differences = Float64Array.from({ length: RESAMPLES }, () => draw(second) - draw(first)).sort();
  return { low: quantile(differences, (1 - level) / 2), high: quantile(differences, (1 + level) / 2) };
}
