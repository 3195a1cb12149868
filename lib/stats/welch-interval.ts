import { mean } from './mean';
import { standardDeviation } from './standard-deviation';
import { tQuantile } from './t-distribution';
import type { Interval } from './t-interval';

/**
 * Welch's interval for mean(second) − mean(first), variances not assumed equal; degrees of freedom by
 * Welch & Satterthwaite. RangeError below two values a side. No spread at all: the interval is the difference.
 * Reference (SciPy `ttest_ind(…, equal_var=False).confidence_interval()`): 1, 2, 3, 4, 5 and 3, 4, 6, 8, 9 at
 * 95 % → −0.2035036396 to 6.2035036396, df = 6.6804123711.
 */
export function welchInterval(
  first: readonly number[],
  second: readonly number[],
  level = 0.95,
): Interval & { df: number } {
  if (first.length < 2 || second.length < 2) throw new RangeError('a Welch interval needs two values a side');
  const a = standardDeviation(first) ** 2 / first.length;
  const b = standardDeviation(second) ** 2 / second.length;
  const centre = mean(second) - mean(first);
  if (a + b === 0) return { low: centre, high: centre, df: first.length + second.length - 2 };
  const df = (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  const half = tQuantile(0.5 + level / 2, df) * Math.sqrt(a + b);
  return { low: centre - half, high: centre + half, df };
}
