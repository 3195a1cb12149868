import { EventEmitter } from 'node:events';
import { run } from 'graphile-worker';
import { z } from 'zod';
import { log } from '@/lib/config/log';
import type { JobView } from '@/lib/contracts/job';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { executeJob, type RunningJob } from './execute';
import { showAlive } from './liveness';
import { jobView, prepareQueue, TASK } from './queue';
import { quietLogger } from './quiet-logger';
import type { JobDefinition } from './registry';
import { interruptDeadJobs } from './settle';
import { every, watchOnce } from './watch';

export { workerAlive } from './liveness';

export const HEARTBEAT_MS = 2_000;
const POLL_MS = 500;
const SETTLE_MS = 5_000;
const STOP_MS = 10_000;
/** While working, others get this long to show again that they live: the store may have been restarted. */
const GRACE_MS = 10_000;

export interface RunnerOptions {
  /** Most jobs at once; one at a time per queue in any case. Default 4. */
  concurrency?: number;
  /** Called at the start, and after jobs of a dead worker were found: settles what they left and says what. */
  onSettle?: (store: Store) => Promise<string[]>;
  /** For a CLI that is there for one job. */
  temporary?: boolean;
}

export interface JobRunner {
  /** Asks what runs to stop, waits for it up to 10 s, and ends. Idempotent. */
  stop(): Promise<void>;
  /** Settles when the runner ends; rejects when it ended by itself, as when the store was lost for good. */
  ended: Promise<void>;
}

const worker = { userId: null, name: 'worker', role: 'admin', via: 'worker' } as const;
const Payload = z.object({ jobId: z.number().int() });

/**
 * Takes jobs from the store's queue and runs them: in order within a queue, side by side across queues. First
 * settles what dead workers left behind.
 */
export async function startJobRunner(
  store: Store,
  definitions: readonly JobDefinition[],
  options: RunnerOptions = {},
): Promise<JobRunner> {
  await prepareQueue(store);
  await settle(store, await interruptDeadJobs(store), options.onSettle);

  const byKind = new Map(definitions.map((d) => [d.kind, d]));
  const running = new Set<RunningJob>();
  // graphile-worker locks jobs under the id of its pool; it is ours too.
  let workerId = '';
  const events = new EventEmitter();
  events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
    workerId = workerPool.id;
  });
  let open = () => {};
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  const concurrency = options.concurrency ?? 4;
  const graphile = await run({
    connectionString: store.url,
    maxPoolSize: concurrency + 2,
    concurrency,
    pollInterval: 1_000,
    noHandleSignals: true,
    logger: quietLogger,
    events,
    parsedCronItems: [],
    taskList: {
      [TASK]: async (payload) => {
        // No job begins before the others can see that this worker lives.
        await ready;
        const { jobId } = Payload.parse(payload);
        await executeJob(store, byKind, { id: jobId, workerId }, running);
      },
    },
  });
  const liveness = await showAlive(store, workerId, { temporary: options.temporary ?? false }).catch(
    async (error) => {
      // A job taken in between stays where it is and is found by the next start.
      await graphile.stop();
      throw error;
    },
  );
  open();

  const complain = (error: unknown) =>
    log.warn({ error: String(error) }, 'the job runner could not reach the store');
  let beats = 0;
  const timers = [
    every(POLL_MS, () => watchOnce(store, running, beats++ % (HEARTBEAT_MS / POLL_MS) === 0), complain),
    every(
      SETTLE_MS,
      async () => {
        const dead = await interruptDeadJobs(store, { graceMs: GRACE_MS });
        if (dead.length > 0) await settle(store, dead, options.onSettle);
      },
      complain,
    ),
  ];

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await timers[1]?.();
    // A job that ends while workers still look for work would let the next of its queue begin. All workers are
    // released in one go, so the first one's release and a turn of the event loop mean: none takes a job any more.
    events.once('worker:release', () =>
      setImmediate(() => {
        for (const job of running) job.stop('shutdown');
      }),
    );
    const limit = new Promise<'late'>((resolve) => setTimeout(resolve, STOP_MS, 'late').unref());
    const ended = await Promise.race([graphile.stop(), limit]);
    if (ended === 'late')
      log.warn({ jobs: [...running].map((j) => j.jobId) }, 'jobs did not stop within 10 s');
    await timers[0]?.();
    await liveness.release();
  };
  const ended = graphile.promise;
  // Whoever does not look at it shall not be ended by it.
  ended.catch((error) => log.error({ err: error }, 'the job runner ended by itself'));
  return {
    ended,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Runs the settle hook and records what it settled: in the log of the jobs that died, and in the audit. */
async function settle(store: Store, jobIds: number[], onSettle: RunnerOptions['onSettle']): Promise<void> {
  const settled = onSettle ? await onSettle(store) : [];
  for (const message of settled) {
    for (const jobId of jobIds) await store.db.jobEvent.create({ data: { jobId, level: 'warn', message } });
    await audit(store.db, worker, { action: 'worker.settle', subject: message, outcome: 'ok' });
  }
  for (const id of jobIds) {
    await audit(store.db, worker, { action: 'job.interrupted', subject: `job ${id}`, outcome: 'failed' });
  }
}

/**
 * For a CLI where no worker lives: is a worker in this process until the job has ended, and returns how. Jobs
 * that stood before it in its queue run first.
 */
export async function runJobHere(
  store: Store,
  definitions: readonly JobDefinition[],
  jobId: number,
  options: Omit<RunnerOptions, 'temporary'> = {},
): Promise<JobView> {
  const runner = await startJobRunner(store, definitions, { concurrency: 1, ...options, temporary: true });
  try {
    for (;;) {
      const view = await jobView(store, jobId);
      if (view.state !== 'queued' && view.state !== 'running') return view;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await runner.stop();
  }
}
