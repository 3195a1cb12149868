import type { PgIndex, PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { factsOf } from './index-advice/facts';

/** `schema.table` for people: quoted only where PostgreSQL needs it. */
export const shown = (schema: string, name: string) =>
  `${displayIdentifier(schema)}.${displayIdentifier(name)}`;

export function tableOf(snapshot: PostgresSnapshot, schema: string, name: string): PgTable | undefined {
  return factsOf(snapshot).table(schema, name);
}

/** Indexes that may be dropped one by one: of a table that is neither partitioned nor a partition. */
export function droppable(snapshot: PostgresSnapshot): PgIndex[] {
  const tables = new Map(snapshot.tables.map((t) => [`${t.schema}\0${t.name}`, t]));
  return snapshot.indexes.filter((i) => {
    const table = tables.get(`${i.schema}\0${i.table}`);
    return table !== undefined && table.kind !== 'p' && !table.isPartition && !i.constraint && !i.primary;
  });
}

/** Value of a setting as a number; the fallback when the role may not see it. */
export function numberSetting(snapshot: PostgresSnapshot, name: string, fallback: number): number {
  const value = Number(snapshot.settings.find((s) => s.name === name)?.value ?? Number.NaN);
  return Number.isFinite(value) ? value : fallback;
}

/** A storage parameter of a table as written; undefined when it has none of its own. */
export function optionOf(table: PgTable, name: string): string | undefined {
  return table.options?.find((o) => o.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** As optionOf, as a number. */
export function numberOption(table: PgTable, name: string): number | undefined {
  const value = Number(optionOf(table, name) ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** What drop-index needs of an index. */
export function dropFacts(index: PgIndex): Record<string, unknown> {
  return {
    schema: index.schema,
    table: index.table,
    index: index.name,
    definition: index.definition,
    bytes: index.bytes,
  };
}
