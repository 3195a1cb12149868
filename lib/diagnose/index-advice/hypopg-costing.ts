import type pg from 'pg';
import { displayIdentifier, quoteIdentifier } from '@/lib/targets/postgres/quote';
import type { WorkloadStatement } from '../types';
import { genericPlan } from '../workload/generic-plan';

export interface IndexColumns {
  schema: string;
  table: string;
  columns: string[];
}

/** Schema in which HypoPG's functions are, or null when the database has not the extension or not the right to use it. */
export async function hypopgSchema(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>(
    `select /* ratchet */ n.nspname::text as schema from pg_catalog.pg_extension e
     join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'hypopg' and pg_catalog.has_schema_privilege(n.oid, 'usage')`,
  );
  return rows[0]?.schema ?? null;
}

/**
 * Planner's cost of a statement as if these indexes were there: HypoPG makes them for this session only,
 * nothing is built. Throws the server's error for a statement that does not plan.
 */
export async function hypotheticalCost(
  client: pg.Client,
  hypopg: string,
  item: WorkloadStatement,
  indexes: readonly IndexColumns[],
): Promise<number> {
  const call = (name: string) => `${quoteIdentifier(hypopg)}.${name}`;
  await client.query(`select /* ratchet */ ${call('hypopg_reset')}()`);
  try {
    for (const index of indexes) {
      const columns = index.columns.map(displayIdentifier).join(', ');
      const sql = `CREATE INDEX ON ${displayIdentifier(index.schema)}.${displayIdentifier(index.table)} (${columns})`;
      await client.query(`select /* ratchet */ ${call('hypopg_create_index')}($1)`, [sql]);
    }
    return (await genericPlan(client, item))['Total Cost'];
  } finally {
    await client.query(`select /* ratchet */ ${call('hypopg_reset')}()`);
  }
}
