import { mean } from './mean';
import { standardDeviation } from './standard-deviation';
import { tQuantile } from './t-distribution';

export interface Interval {
  low: number;
  high: number;
}

/**
 * Student's t interval for the mean: mean ± t(½ + level/2, n − 1)·s/√n. RangeError below two values.
 * Reference: 1, 2, 3, 4, 5 at 95 % → 1.0367568385 to 4.9632431615 (R: `t.test(1:5)$conf.int`).
 */
export function tInterval(values: readonly number[], level = 0.95): Interval {
  if (values.length < 2) throw new RangeError('a t interval needs at least two values');
  const centre = mean(values);
  const half =
    (tQuantile(0.5 + level / 2, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  return { low: centre - half, high: centre + half };
}
