import type pg from 'pg';
import type { PgIndex } from '@/lib/contracts/postgres-snapshot';
import { lastingRow } from '../../lasting-rows';
import { type CatalogueMemory, changed, keepOnly, type Marked } from './catalogue-memory';
import type { TableColumns } from './columns';
import { notOfExtension, oneRow, userSchema, withoutWaiting } from './session';
import type { TablesRead } from './tables';

/** An index with the oid of its table, by which sizes are summed, and what it was made of. */
export interface IndexRow {
  tableOid: number;
  index: PgIndex;
  definition: IndexDefinition;
  count: readonly number[];
}

/** What the catalogue says of an index, apart from what is counted. */
export interface IndexDefinition {
  tableOid: number;
  index: Omit<PgIndex, 'bytes' | 'scans' | 'entries' | 'pages'>;
}

type DefinitionRow = Omit<IndexDefinition['index'], 'columns' | 'include' | 'predicate'> & {
  tableOid: number;
  keys: string;
  keyCount: number;
};

/** A parent is partitioned and holds nothing. `mark` changes when the index is renamed, altered, built or found invalid. */
type MarkRow = [oid: number, tableOid: number, parent: boolean, mark: string];

const estimate = "(greatest(c.relpages, 0) * current_setting('block_size')::float8)";

/**
 * pg_get_indexdef locks the table too. For tables that another session holds exclusively, the definition is
 * reduced to name and table, and a predicate to `unknown`, which equals no other.
 */
const unlockedDefinition = `(case when t.oid not in (select l.relation from pg_catalog.pg_locks l
    where l.mode = 'AccessExclusiveLock' and l.relation is not null) then pg_catalog.pg_get_indexdef(c.oid)
  else 'CREATE INDEX ' || pg_catalog.quote_ident(c.relname) || ' ON ' || t.oid::regclass
    || case when i.indpred is null then '' else ' WHERE (unknown)' end end)`;

const constraints =
  'left join (select distinct conindid from pg_catalog.pg_constraint where conindid <> 0) k on k.conindid = c.oid';

const marksSql = `select /* ratchet */ c.oid::bigint::float8, i.indrelid::bigint::float8, c.relkind <> 'i',
  i.xmin::text || ' ' || c.xmin::text || case when k.conindid is null then '' else ' constraint' end
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
${constraints}
where t.relkind in ('r', 'p', 'm') and t.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('t.oid')}`;

/** oid, scans, entries, pages. Ids below 16384 are the system's own (FirstNormalObjectId of access/transam.h). */
const countsSql = `select /* ratchet */ pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid,
    coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0), greatest(c.reltuples, 0), greatest(c.relpages, 0)), ',') as counts
from pg_catalog.pg_class c where c.relkind in ('i', 'I') and c.oid >= 16384`;

const definitionsSql = (
  definition: string,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, i.indrelid::bigint::float8 as "tableOid", n.nspname::text as schema, t.relname::text as table,
  c.relname::text as name, ${definition} as definition, m.amname::text as method,
  i.indkey::text as keys, i.indnkeyatts::int as "keyCount",
  i.indisunique as unique, i.indisprimary as primary, k.conindid is not null as constraint,
  i.indisvalid as valid, i.indisready as ready, coalesce(c.reloptions, '{}') as options
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_am m on m.oid = c.relam
${constraints}
where c.oid = any($1::oid[])`;

const sizesSql = (size: string) =>
  `select /* ratchet */ c.oid::bigint::float8, ${size}::float8 from pg_catalog.pg_class c where c.oid = any($1::oid[])`;

/**
 * All indexes of user tables, by schema, table and name. `constraint` is true too where a foreign key rests on the index,
 * since it can no more be dropped then than one of a primary key. Definitions are read again when the index or its table
 * was changed, sizes when something was written to the table. With `same`, no definition was changed since the last
 * reading. An index that is as it was at the last reading is the same object.
 */
export async function readIndexes(
  client: pg.Client,
  memory: CatalogueMemory,
  columns: ReadonlyMap<number, Marked<TableColumns>>,
  marks: TablesRead['marks'],
  same: boolean,
): Promise<IndexRow[]> {
  if (!same) await learnIndexes(client, memory, columns, marks);
  await measureIndexes(client, memory, marks);
  const { counts: text } = await oneRow<{ counts: string | null }>(client, countsSql);
  const counts = memory.indexCounts.next(text);
  const read: IndexRow[] = [];
  for (const [oid, { value: definition }] of memory.indexes) {
    const count = counts.get(oid);
    // Without one when it was dropped meanwhile.
    if (!count) continue;
    const bytes = memory.indexBytes.get(oid)?.bytes ?? 0;
    const before = memory.indexRows.get(oid);
    if (before?.definition === definition && before.count === count && before.index.bytes === bytes) {
      read.push(before);
      continue;
    }
    const [, scans = 0, entries = 0, pages = 0] = count;
    const index = lastingRow({ ...definition.index, bytes, scans, entries, pages });
    const row = { tableOid: definition.tableOid, index, definition, count };
    memory.indexRows.set(oid, row);
    read.push(row);
  }
  return read;
}

async function learnIndexes(
  client: pg.Client,
  memory: CatalogueMemory,
  columns: ReadonlyMap<number, Marked<TableColumns>>,
  marks: TablesRead['marks'],
): Promise<void> {
  const { rows } = await client.query<MarkRow>({ text: marksSql, rowMode: 'array' });
  memory.indexMarks = new Map(
    rows.map(([oid, tableOid, parent, own]) => [
      oid,
      { tableOid, parent, mark: `${own} ${marks.get(tableOid)?.shape}` },
    ]),
  );
  const definitions = new Map([...memory.indexMarks].map(([oid, { mark }]) => [oid, mark]));
  await learnDefinitions(client, memory, columns, definitions);
  memory.indexes = new Map([...memory.indexes].sort(byName));
  keepOnly(memory.indexRows, memory.indexes);
  keepOnly(memory.indexBytes, memory.indexes);
}

type Known = [oid: number, known: Marked<IndexDefinition>];

function byName([, { value: a }]: Known, [, { value: b }]: Known): number {
  const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    order(a.index.schema, b.index.schema) ||
    order(a.index.table, b.index.table) ||
    order(a.index.name, b.index.name)
  );
}

async function learnDefinitions(
  client: pg.Client,
  memory: CatalogueMemory,
  columns: ReadonlyMap<number, Marked<TableColumns>>,
  marks: ReadonlyMap<number, string>,
): Promise<void> {
  const { indexes: known } = memory;
  keepOnly(known, marks);
  const oids = changed(known, marks);
  if (oids.length === 0) return;
  const read = async (definition: string, exact: boolean) => {
    const { rows } = await client.query<DefinitionRow>(definitionsSql(definition), [oids]);
    for (const { tableOid, keys, keyCount, ...row } of rows) {
      const names = columns.get(tableOid)?.value.byNumber;
      const all = keys.split(' ').map((n) => names?.get(Number(n)) ?? null);
      const include = all.slice(keyCount).filter((name) => name !== null);
      const value = {
        tableOid,
        index: {
          ...row,
          columns: all.slice(0, keyCount),
          include,
          predicate: predicateOf(row.definition),
        },
      };
      // A reduced definition is good for this once only.
      if (!exact) memory.reduced = true;
      known.set(row.oid, { mark: exact ? (marks.get(row.oid) ?? '') : '', value });
    }
  };
  await withoutWaiting(
    client,
    () => read('pg_catalog.pg_get_indexdef(c.oid)', true),
    () => read(unlockedDefinition, false),
  );
}

async function measureIndexes(
  client: pg.Client,
  memory: CatalogueMemory,
  marks: TablesRead['marks'],
): Promise<void> {
  const { indexBytes: known } = memory;
  const oids: number[] = [];
  for (const [oid, { tableOid, parent, mark }] of memory.indexMarks) {
    if (parent) continue;
    const size = known.get(oid);
    if (size?.mark !== mark || size.activity !== marks.get(tableOid)?.activity) oids.push(oid);
  }
  if (oids.length === 0) return;
  const read = async (size: string, exact: boolean) => {
    const { rows } = await client.query<[number, number | null]>({
      text: sizesSql(size),
      values: [oids],
      rowMode: 'array',
    });
    for (const [oid, bytes] of rows) {
      const { mark = '', tableOid = 0 } = memory.indexMarks.get(oid) ?? {};
      const activity = marks.get(tableOid)?.activity ?? '';
      // An estimate is good for this once only.
      known.set(oid, { mark: exact ? mark : '', activity, bytes: bytes ?? 0 });
    }
  };
  await withoutWaiting(
    client,
    () => read('pg_catalog.pg_relation_size(c.oid)', true),
    () => read(estimate, false),
  );
}

/**
 * Predicate of a partial index, out of its definition: pg_get_expr would lock the table from PostgreSQL 17 on.
 * pg_get_indexdef writes it last, behind the only WHERE outside of quotes and parentheses.
 */
export function predicateOf(definition: string): string | null {
  let depth = 0;
  for (let i = 0; i < definition.length; i++) {
    const c = definition[i];
    if (c === "'" || c === '"') {
      i = definition.indexOf(c, i + 1);
      if (i < 0) return null;
    } else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (depth === 0 && definition.startsWith(' WHERE ', i)) {
      const text = definition.slice(i + 7);
      return enclosed(text) ? text.slice(1, -1) : text;
    }
  }
  return null;
}

/** The first parenthesis closes with the last character. */
function enclosed(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      i = text.indexOf(c, i + 1);
      if (i < 0) return false;
    } else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return false;
  }
  return true;
}
