import { mean } from './mean';

/**
 * Geometric mean of positive values, computed in logarithms so that it cannot overflow.
 * Reference: 1, 4, 16 → 4. Throws RangeError on a value that is not positive, or on no values.
 */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('geometric mean of no values');
  return Math.exp(
    mean(
      values.map((value) => {
        if (!(value > 0)) throw new RangeError(`geometric mean needs positive values, got ${value}`);
        return Math.log(value);
      }),
    ),
  );
}
