import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgIndex } from '@/lib/contracts/postgres-snapshot';
import type { Facts } from './facts';

/**
 * Existing indexes that a new one makes redundant: plain btree ones, not unique and behind no constraint, whose
 * keys begin the new index's and whose included columns it holds.
 */
export function madeRedundant(index: IndexShape, facts: Facts): PgIndex[] {
  if (index.method !== 'btree' || index.predicate !== null || index.expressions.length > 0) return [];
  return facts
    .indexes(index.schema, index.table)
    .filter(
      (old) =>
        old.method === 'btree' &&
        !old.unique &&
        !old.constraint &&
        old.predicate === null &&
        isPlain(old.definition) &&
        old.columns.every((c, i) => c !== null && index.columns[i] === c) &&
        old.include.every((c) => index.include.includes(c) || index.columns.includes(c)),
    );
}

/** No operator class, collation, direction or storage parameter of its own: `(a, "b c") INCLUDE (d)` and no more. */
function isPlain(definition: string): boolean {
  const name = '("(?:[^"]|"")+"|[a-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*)';
  const list = `\\(${name}(, ${name})*\\)`;
  return new RegExp(` USING btree ${list}( INCLUDE ${list})?$`).test(definition);
}
