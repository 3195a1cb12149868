import type pg from 'pg';
import type { PgIndex } from '@/lib/contracts/postgres-snapshot';
import type { TableColumns } from './columns';
import { notOfExtension, userSchema, withoutWaiting } from './session';

/** An index with the oid of its table, by which sizes are summed. */
export type IndexRow = PgIndex & { tableOid: number };

type Row = Omit<IndexRow, 'columns' | 'include' | 'predicate'> & { keys: string; keyCount: number };

const estimate = "(greatest(c.relpages, 0) * current_setting('block_size')::float8)";

/**
 * pg_get_indexdef locks the table too. For tables that another session holds exclusively, the definition is
 * reduced to name and table, and a predicate to `unknown`, which equals no other.
 */
const unlockedDefinition = `(case when t.oid not in (select l.relation from pg_catalog.pg_locks l
    where l.mode = 'AccessExclusiveLock' and l.relation is not null) then pg_catalog.pg_get_indexdef(c.oid)
  else 'CREATE INDEX ' || pg_catalog.quote_ident(c.relname) || ' ON ' || t.oid::regclass
    || case when i.indpred is null then '' else ' WHERE (unknown)' end end)`;

const indexesSql = (
  size: string,
  definition: string,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, i.indrelid::bigint::float8 as "tableOid", n.nspname::text as schema, t.relname::text as table,
  c.relname::text as name, ${definition} as definition, m.amname::text as method,
  i.indkey::text as keys, i.indnkeyatts::int as "keyCount",
  i.indisunique as unique, i.indisprimary as primary,
  exists (select from pg_catalog.pg_constraint k where k.conindid = c.oid) as constraint,
  i.indisvalid as valid, i.indisready as ready,
  (case when c.relkind = 'i' then ${size} else 0 end)::float8 as bytes,
  coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0)::float8 as scans,
  greatest(c.reltuples, 0)::float8 as entries, greatest(c.relpages, 0)::float8 as pages, coalesce(c.reloptions, '{}') as options
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_am m on m.oid = c.relam
where t.relkind in ('r', 'p', 'm') and t.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('t.oid')}
order by n.nspname, t.relname, c.relname`;

/**
 * All indexes of user tables. `constraint` is true too where a foreign key rests on the index, since it can
 * no more be dropped then than one of a primary key.
 */
export async function readIndexes(
  client: pg.Client,
  columns: Map<number, TableColumns>,
): Promise<IndexRow[]> {
  const rows = await withoutWaiting(
    client,
    async () =>
      (
        await client.query<Row>(
          indexesSql('pg_catalog.pg_relation_size(c.oid)', 'pg_catalog.pg_get_indexdef(c.oid)'),
        )
      ).rows,
    async () => (await client.query<Row>(indexesSql(estimate, unlockedDefinition))).rows,
  );
  return rows.map(({ keys, keyCount, ...row }) => {
    const names = columns.get(row.tableOid)?.byNumber;
    const all = keys.split(' ').map((n) => names?.get(Number(n)) ?? null);
    const include = all.slice(keyCount).filter((name) => name !== null);
    return { ...row, columns: all.slice(0, keyCount), include, predicate: predicateOf(row.definition) };
  });
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
