import type pg from 'pg';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';

/** Where pg_stat_statements is in this database, and what its version has. */
export interface StatementsSource {
  /** The view, with texts. */
  view: string;
  /** The function below it without texts, which are kept in a file: numbers alone are read from shared memory. */
  numbers: string;
  schema: string;
  columns: Set<string>;
  hasInfo: boolean;
}

/** Finds it; null when the extension was not created. */
export async function findSource(client: pg.Client): Promise<StatementsSource | null> {
  const { rows } = await client.query<{ schema: string; relation: string; column: string }>(
    `select /* ratchet */ n.nspname::text as schema, c.relname::text as relation, a.attname::text as column
     from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname in ('pg_stat_statements', 'pg_stat_statements_info')
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where e.extname = 'pg_stat_statements'`,
  );
  const schema = rows[0]?.schema;
  if (schema === undefined) return null;
  const columns = new Set(rows.filter((r) => r.relation === 'pg_stat_statements').map((r) => r.column));
  const hasInfo = rows.some((r) => r.relation === 'pg_stat_statements_info');
  const view = `${quoteIdentifier(schema)}.pg_stat_statements`;
  return { view, numbers: `${view}(false)`, schema, columns, hasInfo };
}

/** Total time column: `total_exec_time` from extension version 1.8 (PostgreSQL 13), `total_time` before. */
export function timeColumn(
  source: StatementsSource,
  of: 'total' | 'mean' | 'min' | 'max' | 'stddev',
): string {
  return source.columns.has(`${of}_exec_time`) ? `${of}_exec_time` : `${of}_time`;
}
