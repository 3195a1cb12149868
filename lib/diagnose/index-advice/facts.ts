import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgColumn, PgIndex, PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

/** Tables, columns and indexes of a snapshot by name: snapshots may hold thousands. */
export interface Facts {
  snapshot: PostgresSnapshot;
  table(schema: string, name: string): PgTable | undefined;
  column(table: PgTable, name: string): PgColumn | undefined;
  /** Valid indexes of a table. */
  indexes(schema: string, table: string): readonly PgIndex[];
  /** Whether the table has an index with this partial, expression or GIN shape. */
  isThere(shape: IndexShape): boolean;
}

/** Worked out once for a snapshot: rules and the advisor ask for the same one again and again. */
export function factsOf(snapshot: PostgresSnapshot): Facts {
  let facts = known.get(snapshot);
  if (!facts) {
    facts = workOut(snapshot);
    known.set(snapshot, facts);
  }
  return facts;
}

const known = new WeakMap<PostgresSnapshot, Facts>();

function workOut(snapshot: PostgresSnapshot): Facts {
  const key = (schema: string, name: string) => `${schema}\0${name}`;
  const tables = new Map(snapshot.tables.map((t) => [key(t.schema, t.name), t]));
  const columns = new Map<PgTable, Map<string, PgColumn>>();
  const indexes = new Map<string, PgIndex[]>();
  for (const index of snapshot.indexes) {
    if (!index.valid) continue;
    const own = indexes.get(key(index.schema, index.table));
    if (own) own.push(index);
    else indexes.set(key(index.schema, index.table), [index]);
  }
  return {
    snapshot,
    table: (schema, name) => tables.get(key(schema, name)),
    column(table, name) {
      let own = columns.get(table);
      if (!own) {
        own = new Map(table.columns.map((c) => [c.name, c]));
        columns.set(table, own);
      }
      return own.get(name);
    },
    indexes: (schema, table) => indexes.get(key(schema, table)) ?? [],
    isThere: (shape) => (indexes.get(key(shape.schema, shape.table)) ?? []).some((i) => isShape(i, shape)),
  };
}

/** As far as texts tell: casts and parentheses that PostgreSQL adds are left out. */
function isShape(index: PgIndex, shape: IndexShape): boolean {
  const bare = (text: string | null) => (text ?? '').replace(/::[\w ]+|[()\s"]/g, '').toLowerCase();
  if (index.method !== shape.method || bare(index.predicate) !== bare(shape.predicate)) return false;
  const keys = index.definition.slice(index.definition.indexOf(' USING '));
  return shape.columns.every((column, i) =>
    shape.expressions.includes(i) ? bare(keys).includes(bare(column)) : index.columns[i] === column,
  );
}
