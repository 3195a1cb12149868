import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { errorCodeOf } from '@/lib/targets/postgres/errors';

/** Schemas of the system itself: never part of a snapshot. */
export const userSchema = (alias: string) =>
  `${alias}.nspname <> 'information_schema' and ${alias}.nspname !~ '^pg_'`;

/** `relation` (an oid expression) does not belong to an extension. */
export const notOfExtension = (relation: string) =>
  `not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
     and d.objid = ${relation} and d.deptype = 'e')`;

/**
 * Runs `fn` in one read-only transaction without JIT: on large catalogues the planner's high estimates would
 * make it compile for longer than the query takes.
 */
export async function readOnly<T>(client: pg.Client, fn: () => Promise<T>): Promise<T> {
  await client.query('BEGIN READ ONLY; SET LOCAL jit = off');
  try {
    const result = await fn();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The first error is the one to report; a connection that is gone cannot roll back anyway.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** First row of a query that always returns one. */
export async function oneRow<T extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<T> {
  const { rows } = await client.query<T>(sql);
  const row = rows[0];
  if (!row) throw new AppError('internal', 'A catalogue query returned no row.');
  return row;
}

/**
 * Runs `sizes`, and when a relation is locked (ACCESS EXCLUSIVE held longer than lock_timeout), or measuring
 * takes longer than statement_timeout, runs `estimates`, which takes no relation lock and opens no file. Size
 * functions lock each relation they measure.
 */
export async function withoutWaiting<T>(
  client: pg.Client,
  sizes: () => Promise<T>,
  estimates: () => Promise<T>,
): Promise<T> {
  await client.query('SAVEPOINT ratchet_sizes');
  try {
    const result = await sizes();
    await client.query('RELEASE SAVEPOINT ratchet_sizes');
    return result;
  } catch (error) {
    if (!['55P03', '57014'].includes(errorCodeOf(error) ?? '')) throw error;
    await client.query('ROLLBACK TO SAVEPOINT ratchet_sizes');
    return estimates();
  }
}
