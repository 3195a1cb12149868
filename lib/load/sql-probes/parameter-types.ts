import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { repairNormalised } from '@/lib/targets/postgres/sql/repair';

export interface Prepared {
  /** The text that the server accepts: repaired where normalisation broke it. */
  sql: string;
  /** Type of $1, $2 … as format_type names it, for example `timestamp with time zone`. */
  types: string[];
}

/**
 * Learns the parameter types of a statement from the server itself, by preparing it. Executes nothing.
 * @throws AppError 'unsupported' with the server's reason when it cannot be prepared.
 */
export async function prepare(client: pg.Client, sql: string): Promise<Prepared> {
  try {
    return { sql, types: await typesOf(client, sql) };
  } catch (error) {
    // Syntax error: normalisation may have put a parameter where the grammar wants a literal.
    const repaired = errorCodeOf(error) === '42601' ? await repairNormalised(sql) : sql;
    if (repaired === sql) throw notPrepared(error);
    try {
      return { sql: repaired, types: await typesOf(client, repaired) };
    } catch (second) {
      throw notPrepared(second);
    }
  }
}

function notPrepared(error: unknown): AppError {
  const privilege = errorCodeOf(error) === '42501';
  const hint = privilege ? ' Grant the observer role SELECT on it, or pg_read_all_data.' : '';
  return new AppError(
    privilege ? 'privilege-missing' : 'unsupported',
    `The server does not accept its text: ${messageOf(error)}.${hint}`,
    { cause: error },
  );
}

async function typesOf(client: pg.Client, sql: string): Promise<string[]> {
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(`PREPARE ratchet_probe AS ${sql}`);
    const { rows } = await client.query<{ types: string[] }>(
      `select /* ratchet */ array(select pg_catalog.format_type(t, null) from pg_catalog.unnest(parameter_types::oid[]) t) as types
       from pg_catalog.pg_prepared_statements where name = 'ratchet_probe'`,
    );
    await client.query('DEALLOCATE ratchet_probe');
    return rows[0]?.types ?? [];
  } finally {
    await client.query('ROLLBACK');
  }
}
