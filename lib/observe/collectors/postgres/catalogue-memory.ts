import type pg from 'pg';
import type { PgForeignKey } from '@/lib/contracts/postgres-snapshot';
import type { TableColumns } from './columns';
import type { IndexDefinition } from './indexes';

/** Everything is read whole again after this time, ms: what no mark shows (a renamed operator class, a long load) is seen then. */
const wholeEveryMs = 600_000;

/** A fact of the catalogue with the mark it was read under: while the mark is the same, so is the fact. */
export interface Marked<T> {
  mark: string;
  value: T;
}

/** What one connection has read of the catalogue and need not read again until its mark changes. By oid. */
export interface CatalogueMemory {
  since: number;
  /** Of the whole catalogue, when the marks of tables and indexes were read. */
  mark: string | null;
  /** A definition was read reduced, since its table was locked: to be read again. */
  reduced: boolean;
  /** Marks of the definitions of tables. */
  shapes: Map<number, string>;
  indexMarks: Map<number, { tableOid: number; parent: boolean; mark: string }>;
  tableBytes: Map<number, Marked<number>>;
  columns: Map<number, Marked<TableColumns>>;
  indexBytes: Map<number, Marked<number>>;
  /** In the order of schema, table and name. */
  indexes: Map<number, Marked<IndexDefinition>>;
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
    shapes: new Map(),
    indexMarks: new Map(),
    tableBytes: new Map(),
    columns: new Map(),
    indexBytes: new Map(),
    indexes: new Map(),
    foreignKeys: null,
  };
  memories.set(client, fresh);
  return fresh;
}

/** The keys whose fact is not known under their present mark. */
export function changed<T>(
  known: ReadonlyMap<number, Marked<T>>,
  marks: ReadonlyMap<number, string>,
): number[] {
  return [...marks].flatMap(([oid, mark]) => (known.get(oid)?.mark === mark ? [] : [oid]));
}

/** Forgets what is not there any more. */
export function keepOnly(known: Map<number, unknown>, there: ReadonlyMap<number, unknown>): void {
  for (const oid of known.keys()) if (!there.has(oid)) known.delete(oid);
}
