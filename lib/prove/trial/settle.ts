import type { Actor } from '@/lib/contracts/auth';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import { settleChanges } from '@/lib/optimize/settle';
import type { Store } from '@/lib/store/client';
import type { Trial } from '@/prisma/generated/client';
import { designOf, endTrial } from './rows';

const worker: Actor = { userId: null, name: 'worker', role: 'operator', via: 'worker' };

/**
 * Ends the trials that a dead worker left behind: marks them interrupted and puts their changes back to the state from before the
 * trial, so that nothing half done stays. Call at worker start after the jobs of dead workers were marked. A trial
 * whose job still runs is left alone. Returns what was done, in words.
 */
export async function settleTrials(store: Store): Promise<{ trialId: number; what: string }[]> {
  const open = await store.db.trial.findMany({
    where: { state: { in: ['queued', 'running'] } },
    orderBy: { id: 'asc' },
  });
  const left: Trial[] = [];
  for (const trial of open) if (await isAbandoned(store, trial)) left.push(trial);
  if (left.length === 0) return [];
  // First what each change is in the middle of, then where it belongs.
  if (left.some((t) => t.state === 'running')) await settleChanges(store);
  const settled: { trialId: number; what: string }[] = [];
  for (const trial of left) {
    const what = trial.state === 'queued' ? 'It never began.' : await putBack(store, trial);
    const unbegun = trial.state === 'queued';
    const end = {
      state: 'interrupted' as const,
      error: unbegun ? 'Its job ended before it began.' : 'The worker that ran it ended before it was done.',
      decidedBy: unbegun ? null : 'policy',
      decidedWhy: unbegun ? null : what,
    };
    await endTrial(store, trial.id, end, trial.state);
    settled.push({ trialId: trial.id, what });
  }
  return settled;
}

/** Nobody works on it: its job has ended, or it runs without one. A waiting row without a job is a pass's next step. */
async function isAbandoned(store: Store, trial: Trial): Promise<boolean> {
  if (trial.jobId === null) return trial.state === 'running';
  const job = await store.db.job.findUnique({ where: { id: trial.jobId } });
  return job?.state !== 'running' && job?.state !== 'queued';
}

async function putBack(store: Store, trial: Trial): Promise<string> {
  const changes = designOf(trial).changes ?? [];
  if (changes.length === 0) return 'The trial was interrupted.';
  try {
    for (const { id } of changes.filter((c) => !c.wasApplied).reverse())
      await rollbackChange(store, id, worker);
    for (const { id } of changes.filter((c) => c.wasApplied)) await applyChange(store, id, worker);
    const state = changes.every((c) => c.wasApplied) ? 'applied' : 'rolled back';
    return changes.length === 1
      ? `The trial was interrupted, so the change is ${state}, as it was before.`
      : 'The trial was interrupted, so its changes are as they were before.';
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `The trial was interrupted and its change could not be put back: ${why}`;
  }
}
