import { makeWorkerUtils } from 'graphile-worker';
import { AppError } from '@/lib/contracts/error';
import { JobEventView, JobProgress, JobView } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';
import { quietLogger } from './quiet-logger';

/** The one task that graphile-worker knows; which of our kinds it is stands in the Job row. */
export const TASK = 'ratchet';

const prepared = new WeakMap<Store, Promise<void>>();

/** Makes graphile-worker's schema in the store when it is not there; once a process and store. */
export function prepareQueue(store: Store): Promise<void> {
  let preparing = prepared.get(store);
  if (!preparing) {
    preparing = install(store).catch((error) => {
      prepared.delete(store);
      throw error;
    });
    prepared.set(store, preparing);
  }
  return preparing;
}

async function install(store: Store): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: store.pool, logger: quietLogger });
  try {
    await utils.migrate();
  } finally {
    await utils.release();
  }
}

/** Keys of our jobs in graphile-worker: this and the id. */
export const JOB_KEY = 'job-';
const jobKey = (jobId: number) => `${JOB_KEY}${jobId}`;

export interface NewJob {
  kind: string;
  payload: unknown;
  /** Jobs with the same queue run one at a time, in order. */
  queue: string;
  createdBy: string;
}

/** Puts a job in the queue and returns its id. Row and queue entry come into being together. */
export async function enqueue(store: Store, job: NewJob): Promise<number> {
  await prepareQueue(store);
  return store.db.$transaction(async (tx) => {
    const row = await tx.job.create({
      data: {
        kind: job.kind,
        payload: job.payload === null ? Prisma.JsonNull : (job.payload as Prisma.InputJsonValue),
        queue: job.queue,
        createdBy: job.createdBy,
      },
    });
    await tx.$executeRaw`select graphile_worker.add_job(${TASK}::text, json_build_object('jobId', ${row.id}::int),
      queue_name => ${job.queue}::text, max_attempts => 1, job_key => ${jobKey(row.id)}::text)`;
    return row.id;
  });
}

/**
 * Asks a job to stop. One that waits is cancelled at once; one that runs hears of it within a second. Throws
 * AppError('not-found'), or AppError('conflict') when it has ended already.
 */
export async function requestCancel(store: Store, jobId: number): Promise<void> {
  await prepareQueue(store);
  const waiting = await store.db.job.updateMany({
    where: { id: jobId, state: 'queued' },
    data: { state: 'cancelled', cancelRequested: true, finishedAt: new Date() },
  });
  if (waiting.count === 1) {
    await store.pool.query('select graphile_worker.remove_job($1)', [jobKey(jobId)]);
    await store.db.jobEvent.create({ data: { jobId, level: 'warn', message: 'Cancelled before it began' } });
    return;
  }
  const running = await store.db.job.updateMany({
    where: { id: jobId, state: 'running' },
    data: { cancelRequested: true },
  });
  if (running.count === 1) return;
  const { state } = await findJob(store, jobId);
  throw new AppError('conflict', `Job ${jobId} has ended already (${state}).`);
}

/** A job as shown. Throws AppError('not-found'). */
export async function jobView(store: Store, jobId: number): Promise<JobView> {
  const row = await findJob(store, jobId);
  return JobView.parse({
    id: row.id,
    kind: row.kind,
    state: row.state,
    progress: row.progress === null ? null : JobProgress.parse(row.progress),
    result: row.result,
    error: row.error,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  });
}

/** What a job said, oldest first; with `afterId`, only what came after that event. */
export async function jobEvents(store: Store, jobId: number, afterId?: string): Promise<JobEventView[]> {
  const rows = await store.db.jobEvent.findMany({
    where: { jobId, ...(afterId === undefined ? {} : { id: { gt: BigInt(afterId) } }) },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) =>
    JobEventView.parse({
      id: String(row.id),
      at: row.at.toISOString(),
      level: row.level,
      message: row.message,
    }),
  );
}

async function findJob(store: Store, jobId: number) {
  const row = await store.db.job.findUnique({ where: { id: jobId } });
  if (!row) throw new AppError('not-found', `There is no job ${jobId}.`);
  return row;
}
