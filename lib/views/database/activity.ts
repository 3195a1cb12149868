import type { ActivityView } from '@/lib/contracts/activity';
import { AppError } from '@/lib/contracts/error';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { readActivity } from '@/lib/observe/collectors/postgres/activity';
import type { Store } from '@/lib/store/client';
import { loadTarget } from '@/lib/targets/load';
import { type PostgresConnection, withObserver } from '@/lib/targets/postgres/connect';
import { observedTarget } from '../observed';

/** For someone who waits at a page, ms. */
export const pageTimeouts = { connectTimeoutMs: 3_000, statementTimeoutMs: 3_000, lockTimeoutMs: 500 };

/** Reads the sessions of a database server now. @throws AppError not-found | unreachable | timeout */
export async function databaseActivity(store: Store, query: ObserveQuery): Promise<ActivityView> {
  const target = await observedTarget(store, 'postgres', query);
  const activity = await withObserver(await postgresOf(store, target.id), readActivity, pageTimeouts);
  return { target, takenAt: activity.readAt, activity };
}

/** The connection settings of a PostgreSQL target. @throws AppError not-found */
export async function postgresOf(store: Store, targetId: number): Promise<PostgresConnection> {
  const { connection, name } = await loadTarget(store, targetId);
  if (connection.kind !== 'postgres') throw new AppError('not-found', `${name} is no PostgreSQL target.`);
  return connection;
}
