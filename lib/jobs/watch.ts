import type { Store } from '@/lib/store/client';
import type { RunningJob } from './execute';

/** Beats the hearts of the running jobs, and tells those that were cancelled, or taken away, to stop. */
export async function watchOnce(store: Store, running: Set<RunningJob>, beat: boolean): Promise<void> {
  if (running.size === 0) return;
  const jobs = [...running];
  const ids = jobs.map((j) => j.jobId);
  const { rows } = await store.pool.query<{
    id: number;
    cancel: boolean;
    worker: string | null;
    state: string;
  }>(
    beat
      ? `update job set heartbeat_at = case when state = 'running' then now() else heartbeat_at end where id = any($1)
          returning id, cancel_requested as cancel, worker_id as worker, state`
      : 'select id, cancel_requested as cancel, worker_id as worker, state from job where id = any($1)',
    [ids],
  );
  const byId = new Map(rows.map((r) => [r.id, r]));
  for (const job of jobs) {
    const row = byId.get(job.jobId);
    if (!row || row.state === 'interrupted' || row.worker !== job.workerId) job.stop('lost');
    else if (row.cancel) job.stop('cancelled');
  }
}

/** Calls `work` every `ms` without overlap until stopped; `onError` hears what it throws. */
export function every(
  ms: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  const next = () => {
    timer = setTimeout(() => {
      current = work()
        .catch(onError)
        .finally(() => {
          if (!stopped) next();
        });
    }, ms);
  };
  next();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await current;
  };
}
