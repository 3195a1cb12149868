import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import { audit } from '@/lib/store/audit';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import { findTrial, type TrialRow } from './rows';

/**
 * Keep anyway: a person keeps the change of a finished trial, which is applied again if it was rolled back. The caller
 * has checked the role. Throws AppError: `not-found`, `conflict` while the trial runs, or as applyChange.
 */
export async function keepChange(store: Store, actor: Actor, trialId: number): Promise<void> {
  const { trial, changeId } = await finished(store, trialId);
  await applyChange(store, changeId, actor);
  await write(store, actor, trial, 'kept', `Kept by ${actor.name}.`);
}

/** Roll back: a person takes back the change of a finished trial. Else as keepChange. */
export async function rollBackTrial(store: Store, actor: Actor, trialId: number): Promise<void> {
  const { trial, changeId } = await finished(store, trialId);
  await rollbackChange(store, changeId, actor);
  await write(store, actor, trial, 'rolled-back', `Rolled back by ${actor.name}.`);
}

async function finished(store: Store, trialId: number): Promise<{ trial: TrialRow; changeId: number }> {
  const trial = await findTrial(store, trialId);
  if (trial.changeId === null) {
    throw new AppError('conflict', `Trial ${trialId} has no single change to decide on.`);
  }
  if (trial.state === 'queued' || trial.state === 'running') {
    throw new AppError(
      'conflict',
      `Trial ${trialId} is ${trial.state}: wait for its verdict, or cancel it first.`,
    );
  }
  const other = await store.db.trial.findFirst({ where: { changeId: trial.changeId, state: 'running' } });
  if (other)
    throw new AppError(
      'conflict',
      `Trial ${other.id} is running on the same change. Wait for it, or cancel it first.`,
    );
  return { trial, changeId: trial.changeId };
}

async function write(
  store: Store,
  actor: Actor,
  trial: TrialRow,
  decision: 'kept' | 'rolled-back',
  why: string,
): Promise<void> {
  await store.db.$transaction(async (tx) => {
    await tx.trial.update({
      where: { id: trial.id },
      data: { decision, decidedBy: actor.name, decidedWhy: why },
    });
    const subject = `trial ${trial.id}: ${trial.title}`;
    await audit(tx, actor, {
      action: decision === 'kept' ? 'trial.keep' : 'trial.roll-back',
      subject,
      outcome: 'ok',
      detail: why,
    });
    await appendToChain(tx, 'trial', [trial.id]);
  }, chained);
}
