import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { Verdict } from '@/lib/contracts/verdict';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { decide } from './policy';
import { endTrial, json, type TrialRow } from './rows';
import type { ChangeSwitch } from './switch';

/** Carries out what the policy says of the verdict and writes the end of the trial. */
export async function finishWell(
  store: Store,
  trial: TrialRow,
  verdict: Verdict,
  changes: ChangeSwitch,
  actor: Actor,
  ctx: JobContext,
): Promise<'kept' | 'rolled-back' | null> {
  await ctx.say(verdict.sentence);
  const decided = trial.kind === 'change' ? decide(verdict, purposeOf(changes)) : null;
  // An overall trial compares changes that were kept before; they stay.
  if (decided) await changes.to(decided.decision === 'kept' ? 'after' : 'before');
  else if (trial.kind === 'overall') await changes.to('after');
  await endTrial(store, trial.id, {
    state: 'done',
    verdict: json(verdict),
    decision: decided?.decision ?? null,
    decidedBy: decided ? 'policy' : null,
    decidedWhy: decided?.why ?? null,
    error: null,
  });
  if (decided) {
    await ctx.say(decided.why);
    const detail = `${decided.decision} by policy. ${verdict.sentence}`;
    await audit(store.db, actor, {
      action: 'trial.decide',
      subject: `trial ${trial.id}: ${trial.title}`,
      outcome: 'ok',
      detail,
    });
  }
  return decided?.decision ?? null;
}

function purposeOf({ changes }: ChangeSwitch): string | undefined {
  return changes.length === 1 ? changes[0]?.plan.purpose : undefined;
}

/** Puts the changes back to where they were before the trial and writes how it ended. Never throws for the target's sake. */
export async function finishBadly(
  store: Store,
  trialId: number,
  changes: ChangeSwitch | null,
  error: unknown,
  ctx: JobContext,
): Promise<void> {
  const state = ctx.signal.aborted ? stoppedState(ctx.signal) : 'failed';
  let why: string | null = null;
  let message =
    state === 'failed' ? textOf(error) : state === 'cancelled' ? 'Cancelled.' : 'The worker was stopped.';
  if (changes && changes.changes.length > 0) {
    try {
      await changes.restore();
      why = 'The trial did not end, so the change is back in the state it was in before.';
    } catch (failure) {
      why = `The change could not be put back: ${textOf(failure)} It is settled at the next start of the worker, or by Roll back.`;
      message = `${message} ${why}`;
    }
  }
  await endTrial(store, trialId, {
    state,
    error: message,
    decidedWhy: why,
    decidedBy: why === null ? null : 'policy',
  });
}

/** A person's cancel and a worker's shutdown both abort; the job runner's reason tells which. */
function stoppedState(signal: AbortSignal): 'cancelled' | 'interrupted' {
  return signal.reason instanceof AppError && signal.reason.message !== 'Cancelled.'
    ? 'interrupted'
    : 'cancelled';
}

/** Unknown errors are shown too: a trial's log is for the operator. */
function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
