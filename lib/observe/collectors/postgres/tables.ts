import type pg from 'pg';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { type CatalogueMemory, changed, keepOnly, made } from './catalogue-memory';
import { notOfExtension, oneRow, userSchema, withoutWaiting } from './session';

/** A table without what its columns and indexes tell, which are read by their own topics. */
export type TableRow = Omit<
  PgTable,
  'columns' | 'indexBytes' | 'totalBytes' | 'indexScans' | 'hasPrimaryKey'
>;

/** What a table is, apart from what is counted. `mark` changes with every change of its definition and its columns. */
export interface TableDefinition {
  oid: number;
  schema: string;
  name: string;
  kind: string;
  isPartition: boolean;
  options: string[];
  mark: string;
}

/**
 * `shape` changes with every change of the definitions of a table and its columns, `statistics` with that and with every
 * ANALYZE, `activity` with the shape and with what is written.
 */
export interface TableMarks {
  shape: string;
  statistics: string;
  activity: string;
}

export interface TablesRead {
  tables: TableRow[];
  /** By oid. */
  marks: Map<number, TableMarks>;
}

/**
 * Ordinary and partitioned tables, materialized views and views of user schemas, with their cumulative
 * statistics. With `same`, no definition was changed since the last reading. `rows` is the planner's estimate (live tuples where the table was never analysed; the sum of
 * its leaves for a partitioned table). Sizes in bytes, TOAST included; measured again when something was written. A row that
 * says what it said at the last reading is the same object.
 */
export async function readTables(
  client: pg.Client,
  memory: CatalogueMemory,
  same: boolean,
): Promise<TablesRead> {
  if (!same) await learnTables(client, memory);
  const { counts: text } = await oneRow<{ counts: string | null }>(client, countsSql);
  const counts = memory.tableCounts.next(text);
  const marks: TablesRead['marks'] = new Map();
  const sized = new Map<number, string>();
  for (const [oid, definition] of memory.tables) {
    const count = counts.get(oid);
    // Without one when it was dropped meanwhile.
    if (!count) continue;
    const mark = made(memory.tableMarks, oid, [definition, count], () => marksOf(definition, count));
    marks.set(oid, mark);
    if (definition.kind === 'r' || definition.kind === 'm') sized.set(oid, mark.activity);
  }
  await measureTables(client, memory, sized);
  const sums = sumPartitions(memory, counts);
  const tables: TableRow[] = [];
  for (const [oid, definition] of memory.tables) {
    const count = counts.get(oid);
    if (!count) continue;
    const { rows, pages, liveRows, bytes } = sums.get(oid) ?? nothing;
    const size = bytes + (memory.tableBytes.get(oid)?.value ?? 0);
    tables.push(
      made(memory.tableRows, oid, [definition, count, rows, pages, liveRows, size], () =>
        rowOf(definition, count, { rows, pages, liveRows, bytes: size }),
      ),
    );
  }
  return { tables, marks };
}

async function learnTables(client: pg.Client, memory: CatalogueMemory): Promise<void> {
  const { rows } = await client.query<TableDefinition>(definitionsSql);
  memory.tables = new Map(rows.map((row) => [row.oid, row]));
  for (const known of [memory.tableMarks, memory.tableRows, memory.joined]) keepOnly(known, memory.tables);
  memory.parents = await readInheritance(client);
}

async function measureTables(
  client: pg.Client,
  memory: CatalogueMemory,
  sized: Map<number, string>,
): Promise<void> {
  keepOnly(memory.tableBytes, sized);
  const oids = changed(memory.tableBytes, sized);
  if (oids.length === 0) return;
  const read = async (size: string, exact: boolean) => {
    const { rows } = await client.query<[number, number | null]>({
      text: `select /* ratchet */ c.oid::bigint::float8, ${size}::float8 from pg_catalog.pg_class c where c.oid = any($1::oid[])`,
      values: [oids],
      rowMode: 'array',
    });
    // An estimate is good for this once only.
    for (const [oid, bytes] of rows)
      memory.tableBytes.set(oid, { mark: exact ? (sized.get(oid) ?? '') : '', value: bytes ?? 0 });
  };
  await withoutWaiting(
    client,
    () => read('pg_catalog.pg_table_size(c.oid)', true),
    () => read(estimate, false),
  );
}

const estimate = "(greatest(c.relpages, 0) * current_setting('block_size')::float8)";

/** What changes when a table or its columns do: see catalogue-mark. */
const definition =
  "pg_catalog.concat_ws(' ', n.xmin, c.xmin, (select pg_catalog.concat_ws(' ', count(*), sum(a.xmin::text::bigint)) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0))";

const definitionsSql = `select /* ratchet */ c.oid::bigint::float8 as oid, n.nspname::text as schema,
  c.relname::text as name, c.relkind::text as kind, c.relispartition as "isPartition",
  coalesce(c.reloptions, '{}') as options, ${definition} as mark
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v') and c.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('c.oid')}
order by n.nspname, c.relname`;

/** A cumulative statistic of the table, by the function under pg_stat_all_tables: the view groups over all indexes. */
const stat = (name: string) => `coalesce(pg_catalog.pg_stat_get_${name}(c.oid), 0)`;
/** Moment of the last one, by hand or automatic, whole ms since 1970; 0 when there was none. */
const latest = (kind: 'vacuum' | 'analyze') =>
  `coalesce(floor(extract(epoch from greatest(pg_catalog.pg_stat_get_last_${kind}_time(c.oid), pg_catalog.pg_stat_get_last_auto${kind}_time(c.oid))) * 1000)::bigint, 0)`;

/** What `count` reads, in its order. Ids below 16384 are the system's own (FirstNormalObjectId of access/transam.h). */
const countsSql = `select /* ratchet */ pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid,
    case when c.reltuples >= 0 and (c.reltuples > 0 or c.relpages > 0) then c.reltuples::float8
      else ${stat('live_tuples')}::float8 end,
    greatest(c.relpages, 0), ${stat('numscans')}, ${stat('tuples_returned')}, ${stat('live_tuples')}, ${stat('dead_tuples')},
    ${stat('mod_since_analyze')}, ${stat('tuples_inserted')}, ${stat('tuples_updated')}, ${stat('tuples_deleted')},
    ${stat('tuples_hot_updated')}, ${latest('vacuum')}, ${latest('analyze')},
    ${stat('analyze_count')}, ${stat('autoanalyze_count')}), ',') as counts
from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'm', 'v') and c.relpersistence <> 't' and c.oid >= 16384`;

function marksOf(definition: TableDefinition, count: readonly number[]): TableMarks {
  const { pages, inserted, updated, deleted, vacuumed, analyses } = named(count);
  return {
    shape: definition.mark,
    statistics: `${definition.mark} ${analyses}`,
    activity: `${definition.mark} ${[inserted, updated, deleted, pages, vacuumed].join(' ')}`,
  };
}

interface Sum {
  rows: number;
  pages: number;
  liveRows: number;
  bytes: number;
}

const nothing: Sum = { rows: 0, pages: 0, liveRows: 0, bytes: 0 };

/** A partitioned table holds no rows itself: those of its leaves are added, and the estimate of its own is left out. */
function rowOf(definition: TableDefinition, count: readonly number[], leaves: Sum): TableRow {
  const { vacuumed, analysed, analyses: _, ...counted } = named(count);
  const { mark: __, ...known } = definition;
  return {
    ...known,
    ...counted,
    rows: definition.kind === 'p' ? leaves.rows : counted.rows,
    pages: counted.pages + leaves.pages,
    liveRows: counted.liveRows + leaves.liveRows,
    lastVacuum: iso(vacuumed),
    lastAnalyze: iso(analysed),
    tableBytes: leaves.bytes,
  };
}

const iso = (ms: number) => (ms === 0 ? null : new Date(ms).toISOString());

function named(count: readonly number[]) {
  const at = (i: number) => count[i] ?? 0;
  return {
    rows: at(1),
    pages: at(2),
    seqScans: at(3),
    seqRows: at(4),
    liveRows: at(5),
    deadRows: at(6),
    modifiedSinceAnalyze: at(7),
    inserted: at(8),
    updated: at(9),
    deleted: at(10),
    hotUpdated: at(11),
    vacuumed: at(12),
    analysed: at(13),
    analyses: `${at(14)} ${at(15)}`,
  };
}

async function readInheritance(client: pg.Client): Promise<Map<number, number>> {
  const { rows } = await client.query<{ child: number; parent: number }>(
    `select /* ratchet */ i.inhrelid::bigint::float8 as child, i.inhparent::bigint::float8 as parent
     from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid where c.relispartition`,
  );
  return new Map(rows.map((r) => [r.child, r.parent]));
}

/** What the leaves of each partitioned table hold together. */
function sumPartitions(
  memory: CatalogueMemory,
  counts: ReadonlyMap<number, readonly number[]>,
): Map<number, Sum> {
  const sums = new Map<number, Sum>();
  for (const leaf of memory.parents.keys()) {
    const count = counts.get(leaf);
    if (!count || memory.tables.get(leaf)?.kind === 'p') continue;
    const { rows, pages, liveRows } = named(count);
    const bytes = memory.tableBytes.get(leaf)?.value ?? 0;
    for (
      let oid = memory.parents.get(leaf);
      oid !== undefined && memory.tables.has(oid);
      oid = memory.parents.get(oid)
    ) {
      const sum = sums.get(oid) ?? { ...nothing };
      sum.rows += rows;
      sum.pages += pages;
      sum.liveRows += liveRows;
      sum.bytes += bytes;
      sums.set(oid, sum);
    }
  }
  return sums;
}
