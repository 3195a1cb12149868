import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { type PostgresConnection, withOperator } from '@/lib/targets/postgres/connect';
import { openCarrier } from './carry';
import { takeChange } from './change-lock';
import { type Backend, lastBegun, writeJournal } from './journal';
import { backendStart } from './session';
import { loadChange, type StoredChange, saveChange, targetOfChange } from './stored-change';

/** How long a server process may take to end after it was told to. */
const terminateWaitMs = 30_000;

export interface SettledChange {
  changeId: number;
  /** What was found and done, in words. */
  what: string;
}

/**
 * Settles the changes that a dead process left half done: looks at each target, finishes or undoes what it
 * finds, and says which. A change that another process has in hand is left alone. One whose target does not
 * answer is left as it is and said so; the next call tries again. Call at worker start.
 */
export async function settleChanges(store: Store): Promise<SettledChange[]> {
  const rows = await store.db.change.findMany({
    where: { state: { in: ['applying', 'rolling-back'] } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  const settled: SettledChange[] = [];
  for (const { id } of rows) {
    const taken = await takeChange(store, id);
    if (!taken) continue;
    try {
      const change = await loadChange(store, id);
      if (change.state !== 'applying' && change.state !== 'rolling-back') continue;
      settled.push({ changeId: id, what: await settleTaken(store, change) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      settled.push({ changeId: id, what: `Not settled yet, tried again later: ${why}` });
    } finally {
      await taken.release();
    }
  }
  return settled;
}

/**
 * Settles one change that the caller has in hand; returns what was done. Throws when the target cannot be
 * looked at; the change then stays as it is.
 */
export async function settleTaken(store: Store, change: StoredChange): Promise<string> {
  const direction = change.state === 'rolling-back' ? 'rollback' : 'apply';
  const target = await targetOfChange(store, change);
  const { name, connection } = target;
  const begun = await lastBegun(store, change.id);
  const ended =
    begun?.backend && connection.kind === 'postgres' ? await endBackend(connection, begun.backend) : false;
  const session = await openCarrier(store, change.plan.optimization, target, {
    changeId: change.id,
    direction,
    wasApplied: false,
    settling: true,
  });
  try {
    const found = await session.settle(change.plan, direction);
    const what = `${ended ? 'Its statement was still running on the server and was ended. ' : ''}${found.what}`;
    const { error: _, ...outcome } = change.outcome;
    const size = found.carried?.sizeBytes;
    await writeJournal(store, {
      changeId: change.id,
      direction,
      step: begun?.step ?? 0,
      phase: 'settled',
      statement: begun?.statement ?? change.plan.steps[0]?.statement ?? '',
      detail: what,
    });
    await saveChange(store, change.id, {
      state: found.state,
      plan: found.carried?.plan,
      outcome: { ...outcome, ...(size === undefined ? {} : { sizeBytes: size }) },
    });
    await audit(
      store.db,
      { userId: null, name: 'worker', role: 'operator', via: 'worker' },
      {
        action: 'change.settle',
        subject: `change ${change.id} on ${name}: ${change.title}`,
        statements: [...session.statements],
        outcome: 'ok',
        detail: what,
      },
    );
    return what;
  } finally {
    await session.close();
  }
}

/**
 * Ends the server process of a dead worker if it still works on the step: the server does not notice that its
 * client is gone until it has something to send. Returns whether there was one; resolves once it has ended.
 * @throws AppError 'timeout' when it does not end; 'unreachable'.
 */
async function endBackend(connection: PostgresConnection, backend: Backend): Promise<boolean> {
  return withOperator(connection, async (client) => {
    const deadline = Date.now() + terminateWaitMs;
    for (let seen = false; ; seen = true) {
      const { rows } = await client.query(
        `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where pid = $1 and ${backendStart} = $2`,
        [backend.pid, backend.startedAt],
      );
      if (rows.length === 0) return seen;
      if (Date.now() > deadline)
        throw new AppError(
          'timeout',
          `Server process ${backend.pid} of the interrupted change does not end. Look at it in pg_stat_activity.`,
        );
      await pause(100);
    }
  });
}
