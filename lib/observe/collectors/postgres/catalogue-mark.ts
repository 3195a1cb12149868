import type pg from 'pg';
import { oneRow } from './session';

/**
 * Rows and their ages of one catalogue: a row that is changed is written anew by a younger transaction, so while there are
 * as many and the sum is the same, none was changed. Age counts back from now; taken from the age of transaction 3, the
 * first there is, it stays. Rows of the two transactions before it, which made the cluster or froze what was there, are of
 * any age. ANALYZE and VACUUM write their estimates in place.
 */
const markOf = (catalogue: string, where = 'true') =>
  `(select pg_catalog.concat_ws(':', count(*), sum(case when xmin = '1'::xid or xmin = '2'::xid then 0
      else pg_catalog.age('3'::xid)::bigint - pg_catalog.age(xmin) end)) from pg_catalog.${catalogue} where ${where})`;

const sql = `select /* ratchet */ pg_catalog.concat_ws(' ', ${[
  markOf('pg_namespace'),
  markOf('pg_class'),
  markOf('pg_attribute', 'attnum > 0'),
  markOf('pg_index'),
  markOf('pg_constraint'),
].join(', ')}) as mark`;

/** A text that stays the same as long as no table, column, index, constraint or schema of the database is made, changed or dropped. */
export async function readCatalogueMark(client: pg.Client): Promise<string> {
  return (await oneRow<{ mark: string }>(client, sql)).mark;
}
