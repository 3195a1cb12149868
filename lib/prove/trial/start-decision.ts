import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { enqueue } from '@/lib/jobs/queue';
import type { Store } from '@/lib/store/client';

/** Queues a person's decision on a finished trial: keep its change, or roll it back. */
export async function startDecision(
  store: Store,
  actor: Actor,
  trialId: number,
  decision: 'keep' | 'rollback',
): Promise<{ jobId: number }> {
  const trial = await store.db.trial.findUnique({ where: { id: trialId } });
  if (!trial) throw new AppError('not-found', `There is no trial ${trialId}.`);
  if (trial.changeId === null)
    throw new AppError('conflict', `Trial ${trialId} has no single change to decide on.`);
  if (trial.state === 'queued' || trial.state === 'running') {
    throw new AppError('conflict', `Trial ${trialId} is still running; cancel it first.`);
  }
  const jobId = await enqueue(store, {
    kind: 'decide',
    payload: { trialId, decision, actor },
    queue: `stack:${trial.stackId}`,
    createdBy: actor.name,
  });
  return { jobId };
}
