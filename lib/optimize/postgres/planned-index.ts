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
  const taken = namesIn(snapshot, wanted.schema);
  const name = nameOf(wanted);
  for (let n = 0; ; n++) {
    const index = n === 0 ? name : otherName(name, n);
    if (!taken.has(index) && !alsoTaken.includes(index)) return IndexFacts.parse({ ...wanted, index });
  }
}

/** Names of a schema's tables and indexes; worked out once for a snapshot, which may hold thousands. */
function namesIn(snapshot: PostgresSnapshot, schema: string): ReadonlySet<string> {
  let bySchema = known.get(snapshot);
  if (!bySchema) {
    bySchema = new Map();
    for (const { schema: own, name } of [...snapshot.tables, ...snapshot.indexes]) {
      const names = bySchema.get(own);
      if (names) names.add(name);
      else bySchema.set(own, new Set([name]));
    }
    known.set(snapshot, bySchema);
  }
  return bySchema.get(schema) ?? new Set();
}

const known = new WeakMap<PostgresSnapshot, Map<string, Set<string>>>();

/** The name for an index by its columns; an expression counts by the words in it. */
export function nameOf(wanted: Pick<Wanted, 'table' | 'columns' | 'expressions' | 'include'>): string {
  const keys = wanted.columns.map((c, i) => (wanted.expressions?.includes(i) ? words(c) : c));
  return indexName(wanted.table, [...keys, ...(wanted.include ?? [])]);
}

function words(expression: string): string {
  const found = expression.match(/[A-Za-z_][A-Za-z0-9_]*/g)?.join('_');
  return found ?? 'expr';
}
