import type pg from 'pg';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { notOfExtension, userSchema, withoutWaiting } from './session';

/** A table without its columns and index sizes, which are read by their own topics. */
export type TableRow = Omit<PgTable, 'columns' | 'indexBytes' | 'totalBytes'>;

/**
 * Ordinary and partitioned tables, materialized views and views of user schemas, with their cumulative
 * statistics. `rows` is the planner's estimate (live tuples where the table was never analysed; the sum of
 * its leaves for a partitioned table). Sizes in bytes, TOAST included.
 */
export async function readTables(client: pg.Client): Promise<TableRow[]> {
  const rows = await withoutWaiting(
    client,
    async () => (await client.query<TableRow>(tablesSql('pg_catalog.pg_table_size(c.oid)'))).rows,
    async () => (await client.query<TableRow>(tablesSql(estimate))).rows,
  );
  return sumPartitions(rows, await readInheritance(client));
}

const estimate = "(greatest(c.relpages, 0) * current_setting('block_size')::float8)";

const tablesSql = (
  size: string,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
  (case when c.reltuples >= 0 and (c.reltuples > 0 or c.relpages > 0) then c.reltuples
    else coalesce(s.n_live_tup, 0) end)::float8 as rows,
  greatest(c.relpages, 0)::float8 as pages,
  (case when c.relkind in ('r', 'm') then ${size} else 0 end)::float8 as "tableBytes",
  coalesce(s.seq_scan, 0)::float8 as "seqScans", coalesce(s.seq_tup_read, 0)::float8 as "seqRows",
  coalesce(s.idx_scan, 0)::float8 as "indexScans", coalesce(s.n_live_tup, 0)::float8 as "liveRows",
  coalesce(s.n_dead_tup, 0)::float8 as "deadRows", coalesce(s.n_mod_since_analyze, 0)::float8 as "modifiedSinceAnalyze",
  coalesce(s.n_tup_ins, 0)::float8 as inserted, coalesce(s.n_tup_upd, 0)::float8 as updated,
  coalesce(s.n_tup_del, 0)::float8 as deleted, coalesce(s.n_tup_hot_upd, 0)::float8 as "hotUpdated",
  ${iso('greatest(s.last_vacuum, s.last_autovacuum)')} as "lastVacuum",
  ${iso('greatest(s.last_analyze, s.last_autoanalyze)')} as "lastAnalyze",
  exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisprimary) as "hasPrimaryKey",
  c.relispartition as "isPartition"
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
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
