import type pg from 'pg';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { IndexAdvice, WorkloadStatement } from '../types';
import { adviseIndexes } from './advise';
import { costingFor } from './costing';

/**
 * Index advice for the workload of one database, over an observer connection: nothing is written or executed
 * but EXPLAIN. The session's settings are changed for costing; give it a connection of its own.
 */
export async function adviseTarget(
  client: pg.Client,
  snapshot: PostgresSnapshot,
  workload: readonly WorkloadStatement[],
): Promise<IndexAdvice[]> {
  return adviseIndexes(workload, snapshot, await costingFor(client, snapshot));
}
