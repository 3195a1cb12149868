import type pg from 'pg';
import type { PgForeignKey, PgTable } from '@/lib/contracts/postgres-snapshot';
import type { TableColumns } from './columns';
import type { IndexDefinition, IndexRow } from './indexes';
import { NumberRows } from './number-rows';
import type { TableDefinition, TableMarks, TableRow } from './tables';

/** Everything is read whole again after this time, ms: what no mark shows (a renamed operator class, a long load) is seen then. */
const wholeEveryMs = 600_000;

/** A fact of the catalogue with the mark it was read under: while the mark is the same, so is the fact. */
export interface Marked<T> {
  mark: string;
  value: T;
}

/**
 * A row of a snapshot with all that it was made of, each a number, a text or an object that is never changed: while those
 * are the same, so is the row, and the last one is given again.
 */
export interface Made<T> {
  of: readonly unknown[];
  row: T;
}

/** What one connection has read of the catalogue and need not read again until its mark changes. By oid. */
export interface CatalogueMemory {
  since: number;
  /** Of the whole catalogue, when the definitions of tables and the marks of indexes were read. */
  mark: string | null;
  /** A definition was read reduced, since its table was locked: to be read again. */
  reduced: boolean;
  /** In the order of schema and name. */
  tables: Map<number, TableDefinition>;
  /** Of each partition. */
  parents: Map<number, number>;
  tableCounts: NumberRows;
  tableMarks: Map<number, Made<TableMarks>>;
  tableBytes: Map<number, Marked<number>>;
  tableRows: Map<number, Made<TableRow>>;
  columns: Map<number, Marked<TableColumns>>;
  indexMarks: Map<number, { tableOid: number; parent: boolean; mark: string }>;
  /** In the order of schema, table and name. */
  indexes: Map<number, Marked<IndexDefinition>>;
  indexCounts: NumberRows;
  /** Size with the marks of the index and of the activity on its table. */
  indexBytes: Map<number, { mark: string; activity: string; bytes: number }>;
  indexRows: Map<number, IndexRow>;
  joined: Map<number, Made<PgTable>>;
  foreignKeys: Marked<PgForeignKey[]> | null;
}

const memories = new WeakMap<pg.Client, CatalogueMemory>();

/** The memory of a connection; an empty one at first, and every ten minutes. */
export function catalogueMemory(client: pg.Client, now = Date.now()): CatalogueMemory {
  const known = memories.get(client);
  if (known && now - known.since < wholeEveryMs) return known;
  const fresh: CatalogueMemory = {
    since: now,
    mark: null,
    reduced: false,
    tables: new Map(),
    parents: new Map(),
    tableCounts: new NumberRows(),
    tableMarks: new Map(),
    tableBytes: new Map(),
    tableRows: new Map(),
    columns: new Map(),
    indexMarks: new Map(),
    indexes: new Map(),
    indexCounts: new NumberRows(),
    indexBytes: new Map(),
    indexRows: new Map(),
    joined: new Map(),
    foreignKeys: null,
  };
  memories.set(client, fresh);
  return fresh;
}

/** The row made of these, or the one that was made of the same last time. */
export function made<T>(known: Map<number, Made<T>>, oid: number, of: readonly unknown[], make: () => T): T {
  const before = known.get(oid);
  if (before && before.of.length === of.length && of.every((part, i) => part === before.of[i]))
    return before.row;
  const row = make();
  known.set(oid, { of, row });
  return row;
}

/** The keys whose fact is not known under their present mark. */
export function changed<T>(
  known: ReadonlyMap<number, Marked<T>>,
  marks: ReadonlyMap<number, string>,
): number[] {
  const oids: number[] = [];
  for (const [oid, mark] of marks) if (known.get(oid)?.mark !== mark) oids.push(oid);
  return oids;
}

/** Forgets what is not there any more. */
export function keepOnly(known: Map<number, unknown>, there: ReadonlyMap<number, unknown>): void {
  for (const oid of known.keys()) if (!there.has(oid)) known.delete(oid);
}
