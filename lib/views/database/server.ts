import type { ObserveQuery } from '@/lib/contracts/observe';
import type { ServerStateView } from '@/lib/contracts/server-state';
import { readServerState } from '@/lib/observe/collectors/postgres/server-state';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { observedTarget } from '../observed';
import { pageTimeouts, postgresOf } from './activity';

/** Reads checkpoints, WAL and replication of a database server now. @throws AppError not-found | unreachable | timeout */
export async function databaseServer(store: Store, query: ObserveQuery): Promise<ServerStateView> {
  const target = await observedTarget(store, 'postgres', query);
  const server = await withObserver(await postgresOf(store, target.id), readServerState, pageTimeouts);
  return { target, takenAt: server.readAt, server };
}
