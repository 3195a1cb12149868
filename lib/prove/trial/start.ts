import type { Actor } from '@/lib/contracts/auth';
import { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { enqueue } from '@/lib/jobs/queue';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { emptyDesign, endTrial, json, parseSettings } from './rows';

/** First half of the advisory lock under which a trial of a change comes into being: "RTRL". */
const classId = 0x5254524c;

/**
 * Makes the row of a trial of one change, to be run by `runTrial`. Throws AppError: `not-found`, `bad-input` for
 * settings, `unsupported` for a change that restarts the server, `conflict` when a trial of it waits or runs.
 */
export async function createTrial(
  store: Store,
  actor: Actor,
  o: { changeId: number; settings?: unknown; passId?: number | null },
): Promise<{ trialId: number; stackId: number }> {
  const settings = parseSettings(o.settings);
  return store.db.$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${classId}::int, ${o.changeId}::int)`;
    const change = await tx.change.findUnique({ where: { id: o.changeId }, include: { target: true } });
    if (!change) throw new AppError('not-found', `There is no change ${o.changeId}.`);
    if (change.state === 'obsolete') {
      throw new AppError('conflict', `"${change.title}" is no longer proposed: what it answered is gone.`);
    }
    if (ChangePlan.parse(change.plan).needsRestart) {
      throw new AppError(
        'unsupported',
        `"${change.title}" restarts the server each time it comes or goes, so it cannot be compared under load. It can be applied.`,
      );
    }
    // A trial whose job was cancelled while it waited never began.
    await tx.$executeRaw`update trial set state = 'cancelled', error = 'Cancelled before it began.', finished_at = now()
      where change_id = ${o.changeId} and state = 'queued'
        and exists (select 1 from job where job.id = trial.job_id and job.state not in ('queued', 'running'))`;
    const other = await tx.trial.findFirst({
      where: { changeId: o.changeId, state: { in: ['queued', 'running'] } },
    });
    if (other) {
      throw new AppError(
        'conflict',
        `A trial of "${change.title}" is ${other.state} already (trial ${other.id}). Wait for it, or cancel it.`,
      );
    }
    const wasApplied = change.state === 'applied';
    const trial = await tx.trial.create({
      data: {
        stackId: change.target.stackId,
        kind: 'change',
        changeId: change.id,
        title: change.title,
        design: json(emptyDesign(settings, [{ id: change.id, wasApplied }])),
        passId: o.passId ?? null,
        createdBy: actor.name,
      },
    });
    const detail = `${settings.rounds} rounds, segments of ${settings.segmentSeconds} s, ${settings.clients} clients`;
    await audit(tx, actor, {
      action: 'trial.start',
      subject: `trial ${trial.id}: ${change.title}`,
      outcome: 'ok',
      detail,
    });
    return { trialId: trial.id, stackId: trial.stackId };
  });
}

/** Makes a trial of one change and queues it after what runs on its stack. Throws as createTrial. */
export async function startTrial(
  store: Store,
  actor: Actor,
  o: { changeId: number; settings?: unknown },
): Promise<{ trialId: number; jobId: number }> {
  const { trialId, stackId } = await createTrial(store, actor, o);
  return { trialId, jobId: await queueTrial(store, actor, trialId, stackId) };
}

/** Makes and queues an A/A trial of a stack: no change, both arms the same. */
export async function startAaTrial(
  store: Store,
  actor: Actor,
  o: { stack: string; settings?: unknown },
): Promise<{ trialId: number; jobId: number }> {
  const settings = parseSettings(o.settings);
  const stack = await store.db.stack.findUnique({ where: { name: o.stack } });
  if (!stack) throw new AppError('not-found', `There is no stack named "${o.stack}".`, { field: 'stack' });
  const trial = await store.db.trial.create({
    data: {
      stackId: stack.id,
      kind: 'aa',
      title: `A/A on ${stack.name}`,
      design: json(emptyDesign(settings, [])),
      createdBy: actor.name,
    },
  });
  await audit(store.db, actor, {
    action: 'trial.start',
    subject: `trial ${trial.id}: ${trial.title}`,
    outcome: 'ok',
  });
  return { trialId: trial.id, jobId: await queueTrial(store, actor, trial.id, stack.id) };
}

async function queueTrial(store: Store, actor: Actor, trialId: number, stackId: number): Promise<number> {
  try {
    const jobId = await enqueue(store, {
      kind: 'trial',
      payload: { trialId, actor },
      queue: `stack:${stackId}`,
      createdBy: actor.name,
    });
    // The worker may have begun already and written the same.
    await store.db.trial.update({ where: { id: trialId }, data: { jobId } });
    return jobId;
  } catch (cause) {
    await endTrial(store, trialId, { state: 'failed', error: 'It could not be queued.' });
    throw cause;
  }
}
