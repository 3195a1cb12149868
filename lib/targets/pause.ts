import type { Actor } from '@/lib/contracts/auth';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { storedTarget } from './load';
import { inTime } from './transaction';

/**
 * Stops (or resumes) the observation of a target; what was measured stays.
 * @throws AppError not-found
 */
export async function pauseTarget(store: Store, actor: Actor, id: number, paused: boolean): Promise<void> {
  const row = await storedTarget(store, id);
  await store.db.$transaction(async (tx) => {
    // Paused or resumed, what was known of its reachability is no longer being looked at.
    await tx.target.update({ where: { id }, data: { paused, unreachableSince: null, unreachableWhy: null } });
    const action = paused ? 'target.pause' : 'target.resume';
    await audit(tx, actor, { action, subject: `${row.stack.name}/${row.name}`, outcome: 'ok' });
  }, inTime);
}
