/** Values whose signs one 32-bit pattern decides here. */
export const SIGNS_AT_ONCE = 22;
const HALF = 11;

/**
 * Gives Σ ±values for a bit pattern (bit i set: value i negative) with two table look-ups, for up to 22 values.
 * Reference: 1, 2, 4 with pattern 0b101 → −1 + 2 − 4 = −3.
 */
export function signSums(values: readonly number[]): (bits: number) => number {
  if (values.length > SIGNS_AT_ONCE) throw new RangeError(`signSums holds at most ${SIGNS_AT_ONCE} values`);
  const low = tableOf(values.slice(0, HALF));
  const high = tableOf(values.slice(HALF));
  const lowMask = low.length - 1;
  const highMask = high.length - 1;
  return (bits) => (low[bits & lowMask] ?? 0) + (high[(bits >>> HALF) & highMask] ?? 0);
}

function tableOf(values: readonly number[]): Float64Array {
  const table = new Float64Array(2 ** values.length);
  for (let bits = 0; bits < table.length; bits++) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += (bits >>> i) & 1 ? -(values[i] ?? 0) : (values[i] ?? 0);
    table[bits] = sum;
  }
  return table;
}
