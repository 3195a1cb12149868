import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { enqueue } from '@/lib/jobs/queue';
import type { Store } from '@/lib/store/client';
import type { Direction } from './types';

/**
 * Has a worker apply or roll back a change. It waits in the queue of the stack, behind a trial that is measuring.
 * Throws AppError('not-found').
 */
export async function startChangeJob(
  store: Store,
  actor: Actor,
  changeId: number,
  direction: Direction,
): Promise<{ jobId: number }> {
  const change = await store.db.change.findUnique({ where: { id: changeId }, include: { target: true } });
  if (!change) throw new AppError('not-found', `There is no change ${changeId}.`);
  const jobId = await enqueue(store, {
    kind: 'change',
    payload: { changeId, direction, actor },
    queue: `stack:${change.target.stackId}`,
    createdBy: actor.name,
  });
  return { jobId };
}
