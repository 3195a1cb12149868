import type pg from 'pg';

/** A constraint that was never checked against the rows that were there before it. */
export interface LiveConstraint {
  schema: string;
  table: string;
  name: string;
  /** c check, f foreign key, n not null. */
  type: string;
}

/** Constraints NOT VALID; those declared NOT ENFORCED (PostgreSQL 18) left out, as they are not meant to be. */
export async function readNotValidated(client: pg.Client): Promise<LiveConstraint[]> {
  const { rows } = await client.query<LiveConstraint>(
    `select /* ratchet */ n.nspname::text as schema, t.relname::text as table, k.conname::text as name, k.contype::text as type
     from pg_catalog.pg_constraint k join pg_catalog.pg_class t on t.oid = k.conrelid
     join pg_catalog.pg_namespace n on n.oid = t.relnamespace
     where not k.convalidated and k.contype in ('c', 'f', 'n') and k.conparentid = 0
       and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
       and coalesce((pg_catalog.to_jsonb(k)->>'conenforced')::boolean, true)
     order by n.nspname, t.relname, k.conname`,
  );
  return rows;
}
