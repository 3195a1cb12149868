import type pg from 'pg';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { Advice, WorkloadStatement } from '../types';
import { type AdviseOptions, adviseIndexes } from './advise';
import { costingFor, trigramOpclass } from './costing';
import { factsOf } from './facts';

/**
 * Index advice for the workload of one database, over an observer connection: nothing is written or executed
 * but EXPLAIN. The session's settings are changed for costing; give it a connection of its own.
 */
export async function adviseTarget(
  client: pg.Client,
  snapshot: PostgresSnapshot,
  workload: readonly WorkloadStatement[],
  options: AdviseOptions = {},
): Promise<Advice> {
  const costing = await costingFor(client, factsOf(snapshot));
  return adviseIndexes(workload, snapshot, costing, { ...options, trigrams: await trigramOpclass(client) });
}
