import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { qualified } from './index-sql';

/**
 * Refuses VACUUM and ANALYZE where the server would only warn and skip the table: not the owner, and without
 * the MAINTAIN privilege of PostgreSQL 17.
 * @throws AppError 'not-found' | 'unsupported' | 'privilege-missing'.
 */
export async function refuseUnlessMaintainer(
  client: pg.Client,
  address: string,
  schema: string,
  table: string,
): Promise<void> {
  const { rows } = await client.query<{
    oid: number;
    owns: boolean;
    owner: string;
    role: string;
    version: number;
    standby: boolean;
  }>(
    `select c.oid::int8 as oid, pg_catalog.pg_has_role(current_user, c.relowner, 'usage') as owns,
       pg_catalog.pg_get_userbyid(c.relowner)::text as owner, current_user::text as role,
       current_setting('server_version_num')::int as version, pg_catalog.pg_is_in_recovery() as standby
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  const row = rows[0];
  const name = qualified(schema, table);
  if (!row)
    throw new AppError('not-found', `There is no table ${name} on ${address} any more. Diagnose again.`);
  if (row.standby)
    throw new AppError('unsupported', `${address} is a standby in recovery: give the URL of its primary.`);
  if (row.owns) return;
  if (row.version >= 170000) {
    const maintain = await client.query<{ ok: boolean }>(
      "select pg_catalog.has_table_privilege($1::oid, 'MAINTAIN') as ok",
      [row.oid],
    );
    if (maintain.rows[0]?.ok) return;
  }
  const role = displayIdentifier(row.role);
  const grant =
    row.version >= 170000
      ? `GRANT MAINTAIN ON ${name} TO ${role};`
      : `GRANT ${displayIdentifier(row.owner)} TO ${role};`;
  throw new AppError('privilege-missing', `${row.role} may not maintain ${name} on ${address}: ${grant}`);
}
