/** Arithmetic mean. NaN for no values. Reference: mean of 1, 2, 3, 4 is 2.5. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
