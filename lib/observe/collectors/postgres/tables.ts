import type pg from 'pg';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { type CatalogueMemory, changed, keepOnly } from './catalogue-memory';
import { notOfExtension, userSchema, withoutWaiting } from './session';

/** A table without what its columns and indexes tell, which are read by their own topics. */
export type TableRow = Omit<
  PgTable,
  'columns' | 'indexBytes' | 'totalBytes' | 'indexScans' | 'hasPrimaryKey'
>;

export interface TablesRead {
  tables: TableRow[];
  /**
   * By oid. `shape` changes with every change of the definitions of a table and its columns, `statistics` with that and
   * with every ANALYZE, `activity` with the shape and with what is written.
   */
  marks: Map<number, { shape: string; statistics: string; activity: string }>;
}

type Row = Omit<TableRow, 'tableBytes'> & { definition: string | null; analyses: string };

/**
 * Ordinary and partitioned tables, materialized views and views of user schemas, with their cumulative
 * statistics. With `same`, no definition was changed since the last reading. `rows` is the planner's estimate (live tuples where the table was never analysed; the sum of
 * its leaves for a partitioned table). Sizes in bytes, TOAST included; measured again when something was written.
 */
export async function readTables(
  client: pg.Client,
  memory: CatalogueMemory,
  same: boolean,
): Promise<TablesRead> {
  const { rows } = await client.query<Row>(tablesSql(same));
  if (!same) memory.shapes = new Map(rows.map((row) => [row.oid, row.definition ?? '']));
  const marks: TablesRead['marks'] = new Map();
  const sized = new Map<number, string>();
  for (const { oid, analyses, ...row } of rows) {
    const definition = memory.shapes.get(oid) ?? '';
    const written = [row.inserted, row.updated, row.deleted, row.pages, row.lastVacuum].join(' ');
    const mark = {
      shape: definition,
      statistics: `${definition} ${analyses}`,
      activity: `${definition} ${written}`,
    };
    marks.set(oid, mark);
    if (row.kind === 'r' || row.kind === 'm') sized.set(oid, mark.activity);
  }
  await measureTables(client, memory, sized);
  const tables = rows.map(({ definition: _, analyses: __, ...row }) => ({
    ...row,
    tableBytes: memory.tableBytes.get(row.oid)?.value ?? 0,
  }));
  return { tables: sumPartitions(tables, await readInheritance(client)), marks };
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

/** A cumulative statistic of the table, by the function under pg_stat_all_tables: the view groups over all indexes. */
const stat = (name: string) => `coalesce(pg_catalog.pg_stat_get_${name}(c.oid), 0)::float8`;
const latest = (kind: 'vacuum' | 'analyze') =>
  iso(
    `greatest(pg_catalog.pg_stat_get_last_${kind}_time(c.oid), pg_catalog.pg_stat_get_last_auto${kind}_time(c.oid))`,
  );

/** What changes when a table or its columns do: see catalogue-mark. */
const definition =
  "pg_catalog.concat_ws(' ', n.xmin, c.xmin, (select pg_catalog.concat_ws(' ', count(*), sum(a.xmin::text::bigint)) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0))";

const tablesSql = (
  same: boolean,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, n.nspname::text as schema,
  c.relname::text as name, c.relkind::text as kind,
  (case when c.reltuples >= 0 and (c.reltuples > 0 or c.relpages > 0) then c.reltuples
    else ${stat('live_tuples')} end)::float8 as rows,
  greatest(c.relpages, 0)::float8 as pages,
  ${stat('numscans')} as "seqScans", ${stat('tuples_returned')} as "seqRows",
  ${stat('live_tuples')} as "liveRows", ${stat('dead_tuples')} as "deadRows",
  ${stat('mod_since_analyze')} as "modifiedSinceAnalyze",
  ${stat('tuples_inserted')} as inserted, ${stat('tuples_updated')} as updated,
  ${stat('tuples_deleted')} as deleted, ${stat('tuples_hot_updated')} as "hotUpdated",
  ${latest('vacuum')} as "lastVacuum", ${latest('analyze')} as "lastAnalyze",
  c.relispartition as "isPartition", coalesce(c.reloptions, '{}') as options,
  ${same ? 'null::text' : definition} as definition,
  pg_catalog.concat_ws(' ', pg_catalog.pg_stat_get_analyze_count(c.oid), pg_catalog.pg_stat_get_autoanalyze_count(c.oid)) as analyses
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'v') and c.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('c.oid')}
order by n.nspname, c.relname`;

/** SQL: a timestamptz as ISO text in UTC, null stays null. */
function iso(expression: string): string {
  return `pg_catalog.to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

async function readInheritance(client: pg.Client): Promise<Map<number, number>> {
  const { rows } = await client.query<{ child: number; parent: number }>(
    `select /* ratchet */ i.inhrelid::bigint::float8 as child, i.inhparent::bigint::float8 as parent
     from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid where c.relispartition`,
  );
  return new Map(rows.map((r) => [r.child, r.parent]));
}

/** A partitioned table holds no rows itself: size and rows are those of its leaves. */
function sumPartitions(rows: TableRow[], parentOf: Map<number, number>): TableRow[] {
  const byOid = new Map(rows.map((row) => [row.oid, row]));
  for (const row of rows) if (row.kind === 'p') row.rows = 0;
  for (const leaf of rows) {
    if (leaf.kind === 'p') continue;
    for (let oid = parentOf.get(leaf.oid); oid !== undefined; oid = parentOf.get(oid)) {
      const parent = byOid.get(oid);
      if (!parent) break;
      parent.rows += leaf.rows;
      parent.pages += leaf.pages;
      parent.liveRows += leaf.liveRows;
      parent.tableBytes += leaf.tableBytes;
    }
  }
  return rows;
}
