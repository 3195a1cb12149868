import { quantile } from './quantile';
import { seededRandom } from './random';
import type { Interval } from './t-interval';

const RESAMPLES = 2_000;

/**
 * Percentile bootstrap interval of the mean (Efron 1979): 2,000 seeded resamples of the values with
 * replacement, the (1 ± level)/2 quantiles of their means. RangeError on no values.
 */
export function bootstrapInterval(values: readonly number[], seed: number, level = 0.95): Interval {
  const n = values.length;
  if (n === 0) throw new RangeError('a bootstrap interval needs values');
  const random = seededRandom(seed, n);
  const means = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.below(n)] ?? 0;
    means[r] = sum / n;
  }
  means.sort();
  return { low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}
