import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexName, otherName } from './index-name';

const name = fc.string({ minLength: 1, maxLength: 63, unit: 'grapheme' });

describe('index names', () => {
  it('are those PostgreSQL would choose', () => {
    expect(indexName('tasks', ['user_id', 'created_at'])).toBe('tasks_user_id_created_at_idx');
  });

  it('fit 63 bytes, split no character, and are the same for the same index', () => {
    fc.assert(
      fc.property(
        name,
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 99 }),
        (table, columns, n) => {
          for (const made of [indexName(table, columns), otherName(indexName(table, columns), n)]) {
            expect(Buffer.byteLength(made)).toBeLessThanOrEqual(63);
            expect(Buffer.from(made).toString()).toBe(made);
          }
          expect(indexName(table, columns)).toBe(indexName(table, columns));
        },
      ),
    );
  });

  it('differ where long names begin alike', () => {
    const long = 'a_table_with_a_name_that_is_quite_long_indeed';
    const a = indexName(long, ['the_first_of_two_columns_x']);
    const b = indexName(long, ['the_first_of_two_columns_y']);
    expect(a).not.toBe(b);
    expect(otherName(a, 1)).not.toBe(a);
  });
});
