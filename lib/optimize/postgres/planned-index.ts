import type { z } from 'zod';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { indexName, otherName } from './index-name';
import { IndexFacts } from './index-sql';

type Wanted = Omit<z.input<typeof IndexFacts>, 'index' | 'preexisting'>;

/**
 * An index as a change would build it: with the name that PostgreSQL would choose, or the next one that is free
 * in the schema and not among `alsoTaken`.
 */
export function plannedIndex(
  wanted: Wanted,
  snapshot: PostgresSnapshot,
  alsoTaken: readonly string[] = [],
): IndexFacts {
  const taken = new Set([
    ...alsoTaken,
    ...snapshot.indexes.filter((i) => i.schema === wanted.schema).map((i) => i.name),
    ...snapshot.tables.filter((t) => t.schema === wanted.schema).map((t) => t.name),
  ]);
  const name = nameOf(wanted);
  for (let n = 0; ; n++) {
    const index = n === 0 ? name : otherName(name, n);
    if (!taken.has(index)) return IndexFacts.parse({ ...wanted, index });
  }
}

/** The name for an index by its columns; an expression counts by the words in it. */
export function nameOf(wanted: Pick<Wanted, 'table' | 'columns' | 'expressions' | 'include'>): string {
  const keys = wanted.columns.map((c, i) => (wanted.expressions?.includes(i) ? words(c) : c));
  return indexName(wanted.table, [...keys, ...(wanted.include ?? [])]);
}

function words(expression: string): string {
  const found = expression.match(/[A-Za-z_][A-Za-z0-9_]*/g)?.join('_');
  return found ?? 'expr';
}
