import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';
import { emptyDesign, json, parseSettings } from './rows';
import { runTrial, type TrialResult } from './run';

/**
 * Compares the whole workload with all kept changes off and on. The changes are rolled back in reverse order and
 * applied in the given one; they are on again at the end. Throws AppError as runTrial.
 */
export async function runOverallTrial(
  env: { store: Store },
  o: {
    stack: string;
    changeIds: readonly number[];
    passId?: number | null;
    settings?: unknown;
    actor: Actor;
  },
  ctx: JobContext,
): Promise<TrialResult> {
  const { db } = env.store;
  const stack = await db.stack.findUnique({ where: { name: o.stack } });
  if (!stack) throw new AppError('not-found', `There is no stack named "${o.stack}".`, { field: 'stack' });
  if (o.changeIds.length === 0) throw new AppError('bad-input', 'There is no kept change to compare.');
  const rows = await db.change.findMany({ where: { id: { in: [...o.changeIds] } } });
  const changes = o.changeIds.map((id) => ({
    id,
    wasApplied: rows.find((r) => r.id === id)?.state === 'applied',
  }));
  const trial = await db.trial.create({
    data: {
      stackId: stack.id,
      kind: 'overall',
      title:
        changes.length === 1
          ? 'The kept change, on against off'
          : `All ${changes.length} kept changes, on against off`,
      design: json(emptyDesign(parseSettings(o.settings), changes)),
      passId: o.passId ?? null,
      jobId: ctx.jobId,
      createdBy: o.actor.name,
    },
  });
  return runTrial(env, trial.id, ctx, { actor: o.actor });
}
