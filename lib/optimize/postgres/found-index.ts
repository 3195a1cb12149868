import type pg from 'pg';

/** An index as the target database holds it right now. */
export interface FoundIndex {
  schema: string;
  name: string;
  tableSchema: string;
  table: string;
  definition: string;
  method: string;
  columns: (string | null)[];
  include: string[];
  predicate: string | null;
  unique: boolean;
  constraint: boolean;
  valid: boolean;
  bytes: number;
}

/** Reads one index by name; null when there is none. A relation of another kind under that name is `taken`. */
export async function findIndex(
  client: pg.Client,
  schema: string,
  name: string,
): Promise<FoundIndex | 'taken' | null> {
  const { rows } = await client.query<FoundIndex & { kind: string }>(findSql, [schema, name]);
  const row = rows[0];
  if (!row) return null;
  if (row.kind !== 'i' && row.kind !== 'I') return 'taken';
  const { kind: _, ...index } = row;
  return { ...index, bytes: Number(index.bytes) };
}

const findSql = `
select n.nspname as schema, c.relname as name, c.relkind as kind, tn.nspname as "tableSchema", t.relname as table,
  coalesce(pg_catalog.pg_get_indexdef(c.oid), '') as definition, am.amname as method,
  coalesce((select array_agg(a.attname::text order by k.n) from unnest(i.indkey::int2[]) with ordinality k(att, n)
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.att and k.att <> 0 where k.n <= i.indnkeyatts), '{}') as columns,
  coalesce((select array_agg(a.attname::text order by k.n) from unnest(i.indkey::int2[]) with ordinality k(att, n)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.att where k.n > i.indnkeyatts), '{}') as include,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate, coalesce(i.indisunique, false) as unique,
  exists (select from pg_catalog.pg_constraint k where k.conindid = c.oid) as constraint,
  coalesce(i.indisvalid and i.indisready, false) as valid, pg_catalog.pg_relation_size(c.oid) as bytes
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_index i on i.indexrelid = c.oid
left join pg_catalog.pg_am am on am.oid = c.relam
left join pg_catalog.pg_class t on t.oid = i.indrelid
left join pg_catalog.pg_namespace tn on tn.oid = t.relnamespace
where n.nspname = $1 and c.relname = $2`;
