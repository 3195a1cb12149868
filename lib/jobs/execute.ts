import { log } from '@/lib/config/log';
import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';
import type { JobDefinition } from './registry';

/** Why a running job was asked to stop. */
export type StopReason = 'cancelled' | 'shutdown' | 'lost';

export interface RunningJob {
  jobId: number;
  workerId: string;
  stop(reason: StopReason): void;
}

/**
 * Runs one job of the queue to its end and writes how it ended; never throws for what the job does. Does
 * nothing when the job no longer waits (cancelled, or taken by another worker).
 */
export async function executeJob(
  store: Store,
  definitions: Map<string, JobDefinition>,
  job: { id: number; workerId: string },
  running: Set<RunningJob>,
): Promise<void> {
  const { id, workerId } = job;
  const { rows } = await store.pool.query<{ kind: string; payload: unknown }>(
    `update job set state = 'running', started_at = now(), heartbeat_at = now(), worker_id = $2
      where id = $1 and state = 'queued' returning kind, payload`,
    [id, workerId],
  );
  const row = rows[0];
  if (!row) return;
  const controller = new AbortController();
  let reason: StopReason | undefined;
  const entry: RunningJob = {
    jobId: id,
    workerId,
    stop(why) {
      if (controller.signal.aborted) return;
      reason = why;
      controller.abort(
        new AppError('cancelled', why === 'cancelled' ? 'Cancelled.' : 'The worker is stopping.'),
      );
    },
  };
  running.add(entry);
  try {
    const result = await handle(store, definitions, row, context(store, id, controller.signal));
    await finish(store, job, 'succeeded', { result: result ?? null });
  } catch (error) {
    await finish(store, job, ...outcomeOf(error, reason, id));
  } finally {
    running.delete(entry);
  }
}

async function handle(
  store: Store,
  definitions: Map<string, JobDefinition>,
  row: { kind: string; payload: unknown },
  ctx: JobContext,
): Promise<unknown> {
  const definition = definitions.get(row.kind);
  if (!definition) {
    throw new AppError(
      'unsupported',
      `This worker does not know jobs of the kind "${row.kind}". Is it of an older version?`,
    );
  }
  const input = definition.schema.safeParse(row.payload);
  if (!input.success) {
    const issue = input.error.issues[0];
    throw new AppError(
      'bad-input',
      `The input of the ${row.kind} job is wrong: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  return definition.handle(input.data, ctx, { store });
}

function context(store: Store, jobId: number, signal: AbortSignal): JobContext {
  return {
    jobId,
    signal,
    async progress(progress) {
      await store.db.job.update({ where: { id: jobId }, data: { progress } });
    },
    async say(message, level = 'info') {
      await store.db.jobEvent.create({ data: { jobId, message, level } });
    },
  };
}

type Outcome = [state: 'failed' | 'cancelled' | 'interrupted', details: { error: string }];

function outcomeOf(error: unknown, reason: StopReason | undefined, jobId: number): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (reason === 'cancelled') return ['cancelled', { error: 'Cancelled.' }];
  if (reason) return ['interrupted', { error: 'The worker was stopped before it was done.' }];
  if (error instanceof AppError) return ['failed', { error: message }];
  log.error({ jobId, err: error }, 'job failed');
  return ['failed', { error: `Unexpected error: ${message}` }];
}

/** Writes the end of a job, unless it was taken from this worker in the meantime. */
async function finish(
  store: Store,
  job: { id: number; workerId: string },
  state: 'succeeded' | 'failed' | 'cancelled' | 'interrupted',
  details: { result?: unknown; error?: string },
): Promise<void> {
  const result = details.result ?? null;
  const { count } = await store.db.job.updateMany({
    where: { id: job.id, workerId: job.workerId, state: 'running' },
    data: {
      state,
      finishedAt: new Date(),
      error: details.error ?? null,
      result: result === null ? Prisma.DbNull : (JSON.parse(JSON.stringify(result)) as Prisma.InputJsonValue),
    },
  });
  if (count === 0) {
    log.warn({ jobId: job.id, state }, 'the end of a job was not written: it was taken for dead before');
    return;
  }
  if (state === 'succeeded') return;
  const level = state === 'failed' ? 'error' : 'warn';
  const message =
    state === 'failed'
      ? `Failed: ${details.error}`
      : state === 'cancelled'
        ? 'Cancelled'
        : 'Interrupted: the worker was stopped';
  await store.db.jobEvent.create({ data: { jobId: job.id, level, message } });
}
