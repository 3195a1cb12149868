import { mean } from './mean';

/**
 * Sample standard deviation (divisor n − 1). NaN below two values.
 * Reference: 2, 4, 4, 4, 5, 5, 7, 9 → 2.13808993529940 (R: `sd(c(2,4,4,4,5,5,7,9))`).
 */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
