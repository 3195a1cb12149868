/** Bits looked up at once: 2^8 sums per table. */
const CHUNK = 8;

/**
 * Tables that give Σ ±values for a bit pattern with one look-up per eight values (bit set: minus).
 * `sum(low, high)` takes the bits of values 0–31 and 32–63 as two unsigned 32-bit integers.
 */
export function signSums(values: readonly number[]): (low: number, high: number) => number {
  if (values.length > 64) throw new RangeError('signSums holds at most 64 values');
  const tables: Float64Array[] = [];
  for (let start = 0; start < values.length; start += CHUNK) {
    tables.push(tableOf(values.slice(start, start + CHUNK)));
  }
  return (low, high) => {
    let sum = 0;
    for (let i = 0; i < tables.length; i++) {
      const bits = i < 4 ? low >>> (i * CHUNK) : high >>> ((i - 4) * CHUNK);
      const table = tables[i];
      if (table) sum += table[bits & (table.length - 1)] ?? 0;
    }
    return sum;
  };
}

function tableOf(values: readonly number[]): Float64Array {
  const table = new Float64Array(2 ** values.length);
  for (let bits = 0; bits < table.length; bits++) {
    let sum = 0;
    for (const [i, value] of values.entries()) sum += (bits >>> i) & 1 ? -value : value;
    table[bits] = sum;
  }
  return table;
}
