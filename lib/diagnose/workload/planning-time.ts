import type pg from 'pg';
import type { WorkloadStatement } from '../types';
import { planAfter, prepareCosting } from './generic-plan';

/** What planning costs beside carrying out, of one statement. */
export interface PlanningTime {
  queryId: string;
  calls: number;
  /** Of one plan, measured now. */
  planningMs: number;
  /** Mean of carrying it out, which does not hold the planning. */
  meanMs: number;
}

/** Statements that are planned to measure it: what is planned anew costs by how often it is called. */
const most = 8;

/** Measures how long the server takes to plan the statements called most. Nothing is executed; those it cannot plan are left out. */
export async function readPlanningTimes(
  client: pg.Client,
  workload: readonly WorkloadStatement[],
): Promise<PlanningTime[]> {
  await prepareCosting(client);
  const times: PlanningTime[] = [];
  const selects = workload
    .filter((w) => w.analysis?.verb === 'select')
    .toSorted((a, b) => b.statement.calls - a.statement.calls);
  for (const item of selects.slice(0, most)) {
    const { queryId, calls, meanMs } = item.statement;
    try {
      // The first plan of a session also fills its caches of the catalogue, which one that is kept has filled.
      await planAfter(client, item, [], false);
      const { planningMs } = await planAfter(client, item, [], false);
      times.push({ queryId, calls, planningMs, meanMs });
    } catch {
      // A statement that cannot be planned without its values.
    }
  }
  return times;
}
