import type pg from 'pg';

export interface LiveTransactionIds {
  /** Every database of the server: age of its oldest transaction id and multixact id. */
  databases: { name: string; age: number; multixactAge: number }[];
  /** Oldest ordinary table or materialized view of the present database (its TOAST table counted with it). */
  oldestTable: { schema: string; table: string; age: number } | null;
}

/** Ages of transaction ids, in transactions. */
export async function readTransactionIds(client: pg.Client): Promise<LiveTransactionIds> {
  const databases = await client.query<LiveTransactionIds['databases'][number]>(
    `select /* ratchet */ datname::text as name, pg_catalog.age(datfrozenxid)::float8 as age,
       pg_catalog.mxid_age(datminmxid)::float8 as "multixactAge" from pg_catalog.pg_database order by datname`,
  );
  const oldest = await client.query<{ schema: string; table: string; age: number }>(
    `select /* ratchet */ n.nspname::text as schema, c.relname::text as table,
       greatest(pg_catalog.age(c.relfrozenxid), pg_catalog.age(t.relfrozenxid))::float8 as age
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     left join pg_catalog.pg_class t on t.oid = c.reltoastrelid
     where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     order by 3 desc limit 1`,
  );
  return { databases: databases.rows, oldestTable: oldest.rows[0] ?? null };
}
