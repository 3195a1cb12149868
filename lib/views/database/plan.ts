import { AppError } from '@/lib/contracts/error';
import type { PlanQuery, PlanView } from '@/lib/contracts/plan';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { genericPlan, prepareCosting } from '@/lib/diagnose/workload/generic-plan';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { planTree } from '@/lib/targets/postgres/plan-tree';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { observed } from '../observed';
import { postgresOf } from './activity';

const timeouts = { connectTimeoutMs: 3_000, statementTimeoutMs: 3_000, lockTimeoutMs: 500 };

/**
 * The generic plan of a statement that the newest snapshot lists, as the planner makes it now. Nothing is executed.
 * @throws AppError not-found | unsupported (a text that is cut off, or does not plan) | unreachable | timeout
 */
export async function databasePlan(store: Store, query: PlanQuery): Promise<PlanView> {
  const { target, takenAt, snapshot } = await observed(store, 'postgres', PostgresSnapshot, query);
  const statement = snapshot?.statements?.find((s) => s.queryId === query.statement);
  if (!snapshot || !statement)
    throw new AppError('not-found', 'The newest reading of this database does not list that statement.');
  if (statement.truncated)
    throw new AppError(
      'unsupported',
      'The text of this statement is cut off by track_activity_query_size: it cannot be planned.',
    );
  // Only a text that parses as one statement is sent to the server.
  const analysis = await analyseStatement(statement.query, catalogueOf(snapshot));
  const plan = await withObserver(
    await postgresOf(store, target.id),
    async (client) => {
      await prepareCosting(client);
      try {
        return await genericPlan(client, { statement, analysis, unsupported: null });
      } catch (error) {
        // Classes 08 and 57 are the connection's and the timeouts'; the rest says what the planner did not like.
        const code = errorCodeOf(error);
        if (code === null || /^(08|57)/.test(code)) throw error;
        throw new AppError('unsupported', `PostgreSQL does not plan this statement: ${messageOf(error)}`);
      }
    },
    timeouts,
  );
  return { target, takenAt, readAt: new Date().toISOString(), ...planTree(plan) };
}
