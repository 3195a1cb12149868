import type pg from 'pg';
import type { PgForeignKey } from '@/lib/contracts/postgres-snapshot';
import type { CatalogueMemory } from './catalogue-memory';
import { userSchema } from './session';

const names = (relation: string, numbers: string) =>
  `(select coalesce(pg_catalog.json_agg(a.attname order by u.position), '[]') from pg_catalog.unnest(${numbers}) with ordinality u(number, position)
     join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = u.number)`;

/**
 * Foreign keys as declared; the copies that partitions inherit are left out, as their parent stands for them. Read again
 * when anything in the catalogue changed.
 */
export async function readForeignKeys(
  client: pg.Client,
  memory: CatalogueMemory,
  mark: string,
): Promise<PgForeignKey[]> {
  if (memory.foreignKeys?.mark !== mark) memory.foreignKeys = { mark, value: await readAll(client) };
  return memory.foreignKeys.value;
}

async function readAll(client: pg.Client): Promise<PgForeignKey[]> {
  const { rows } = await client.query<PgForeignKey>(
    `select /* ratchet */ k.conname::text as name, n.nspname::text as schema, t.relname::text as table,
       ${names('k.conrelid', 'k.conkey')} as columns, rn.nspname::text as "referencedSchema",
       r.relname::text as "referencedTable", ${names('k.confrelid', 'k.confkey')} as "referencedColumns",
       k.convalidated as validated
     from pg_catalog.pg_constraint k
     join pg_catalog.pg_class t on t.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = t.relnamespace
     join pg_catalog.pg_class r on r.oid = k.confrelid join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
     where k.contype = 'f' and k.conparentid = 0 and ${userSchema('n')}
     order by n.nspname, t.relname, k.conname`,
  );
  return rows;
}
