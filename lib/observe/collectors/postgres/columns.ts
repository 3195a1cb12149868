import type pg from 'pg';
import type { PgColumn } from '@/lib/contracts/postgres-snapshot';
import { notOfExtension, userSchema } from './session';

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
const sql = `select /* ratchet */ c.oid::bigint::float8, a.attnum::int, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
  s.n_distinct::float8, s.null_frac::float8, s.avg_width::float8
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
  and s.inherited = (c.relkind = 'p')
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'v') and c.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('c.oid')}
order by c.oid, a.attnum`;

/** Columns of every user table and view, by table oid, with planner statistics where the role may see them. */
export async function readColumns(client: pg.Client): Promise<Map<number, TableColumns>> {
  const { rows } = await client.query<Row>({ text: sql, rowMode: 'array' });
  const tables = new Map<number, TableColumns>();
  for (const [oid, number, name, type, notNull, nDistinct, nullFraction, width] of rows) {
    let table = tables.get(oid);
    if (!table) {
      table = { columns: [], byNumber: new Map() };
      tables.set(oid, table);
    }
    table.columns.push({ name, type, notNull, nDistinct, nullFraction, width });
    table.byNumber.set(number, name);
  }
  return tables;
}
