import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberRows } from './number-rows';

const spelt = (rows: readonly (readonly number[])[]) => rows.map((row) => row.join(' ')).join(',') || null;

/** A few rows with ids of their own, in any order, as a server might list them. */
const rowsOf = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 2 }), fc.nat(1)), {
    selector: ([id]) => id,
  })
  .map((rows) => rows.map((row) => row.map(Number)));

describe('rows of numbers', () => {
  it('are those of the newest text, whatever came, went, changed or moved', () => {
    fc.assert(
      fc.property(fc.array(rowsOf, { maxLength: 12 }), (readings) => {
        const rows = new NumberRows();
        for (const reading of readings)
          expect(rows.next(spelt(reading))).toEqual(new Map(reading.map((row) => [row[0], row])));
      }),
    );
  });

  it('are the same arrays as long as they are spelt the same, and others once they are not', () => {
    fc.assert(
      fc.property(rowsOf, rowsOf, (first, second) => {
        const rows = new NumberRows();
        const before = new Map(rows.next(spelt(first)));
        for (const [id, row] of rows.next(spelt(second)))
          expect(row === before.get(id)).toBe(row.join() === before.get(id)?.join());
      }),
    );
  });
});
