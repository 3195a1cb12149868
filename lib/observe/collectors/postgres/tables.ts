import type pg from 'pg';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { notOfExtension, userSchema, withoutWaiting } from './session';

/** A table without what its columns and indexes tell, which are read by their own topics. */
export type TableRow = Omit<
  PgTable,
  'columns' | 'indexBytes' | 'totalBytes' | 'indexScans' | 'hasPrimaryKey'
>;

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

/** A cumulative statistic of the table, by the function under pg_stat_all_tables: the view groups over all indexes. */
const stat = (name: string) => `coalesce(pg_catalog.pg_stat_get_${name}(c.oid), 0)::float8`;
const latest = (kind: 'vacuum' | 'analyze') =>
  iso(
    `greatest(pg_catalog.pg_stat_get_last_${kind}_time(c.oid), pg_catalog.pg_stat_get_last_auto${kind}_time(c.oid))`,
  );

const tablesSql = (
  size: string,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, n.nspname::text as schema,
  c.relname::text as name, c.relkind::text as kind,
  (case when c.reltuples >= 0 and (c.reltuples > 0 or c.relpages > 0) then c.reltuples
    else ${stat('live_tuples')} end)::float8 as rows,
  greatest(c.relpages, 0)::float8 as pages,
  (case when c.relkind in ('r', 'm') then ${size} else 0 end)::float8 as "tableBytes",
  ${stat('numscans')} as "seqScans", ${stat('tuples_returned')} as "seqRows",
  ${stat('live_tuples')} as "liveRows", ${stat('dead_tuples')} as "deadRows",
  ${stat('mod_since_analyze')} as "modifiedSinceAnalyze",
  ${stat('tuples_inserted')} as inserted, ${stat('tuples_updated')} as updated,
  ${stat('tuples_deleted')} as deleted, ${stat('tuples_hot_updated')} as "hotUpdated",
  ${latest('vacuum')} as "lastVacuum", ${latest('analyze')} as "lastAnalyze",
  c.relispartition as "isPartition", coalesce(c.reloptions, '{}') as options
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
