import type pg from 'pg';
import type { PgColumn } from '@/lib/contracts/postgres-snapshot';
import { type CatalogueMemory, changed, keepOnly, type Marked } from './catalogue-memory';
import type { TablesRead } from './tables';

export interface TableColumns {
  columns: PgColumn[];
  /** attnum → name, as pg_index names columns by number. */
  byNumber: Map<number, string>;
}

type Row = [
  oid: number,
  number: number,
  name: string,
  type: string,
  notNull: boolean,
  nDistinct: number | null,
  nullFraction: number | null,
  width: number | null,
];

/** pg_stats shows only columns the role may read: the others have null statistics, not zeros. */
const sql = (narrowed: string) =>
  `select /* ratchet */ c.oid::bigint::float8, a.attnum::int, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
  s.n_distinct::float8, s.null_frac::float8, s.avg_width::float8
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
  and s.inherited = (c.relkind = 'p') ${narrowed}
where a.attnum > 0 and not a.attisdropped and c.oid = any($1::oid[])
order by c.oid, a.attnum`;

/** Most tables of which the view is looked up by name; it has no oid, and a join alone makes the server work all of it out. */
const few = 50;
const byName =
  'and s.tablename = any(array(select f.relname from pg_catalog.pg_class f where f.oid = any($1::oid[])))';

/**
 * Columns of these tables and views, by table oid, with planner statistics where the role may see them. Those of a table
 * are read again when its definition changed or it was analysed.
 */
export async function readColumns(
  client: pg.Client,
  memory: CatalogueMemory,
  marks: TablesRead['marks'],
): Promise<ReadonlyMap<number, Marked<TableColumns>>> {
  const { columns: known } = memory;
  const wanted = new Map<number, string>();
  for (const [oid, mark] of marks) wanted.set(oid, mark.statistics);
  keepOnly(known, wanted);
  const oids = changed(known, wanted);
  if (oids.length > 0) {
    const read = new Map<number, TableColumns>(
      oids.map((oid) => [oid, { columns: [], byNumber: new Map() }]),
    );
    const { rows } = await client.query<Row>({
      text: sql(oids.length <= few ? byName : ''),
      values: [oids],
      rowMode: 'array',
    });
    for (const [oid, number, name, type, notNull, nDistinct, nullFraction, width] of rows) {
      const table = read.get(oid);
      table?.columns.push({ name, type, notNull, nDistinct, nullFraction, width });
      table?.byNumber.set(number, name);
    }
    for (const [oid, value] of read) known.set(oid, { mark: wanted.get(oid) ?? '', value });
  }
  return known;
}
