import type { Store } from '@/lib/store/client';
import { livesSql } from './liveness';
import { JOB_KEY } from './queue';

/** A worker that holds its lock but has not beaten its heart for this long is taken for hung. */
export const HUNG_MS = 30_000;

/**
 * Marks the jobs of dead workers as interrupted and frees their queues. Returns their ids. Safe to call from
 * several workers at once: each job is marked by one of them. With `graceMs`, only jobs whose heart has not
 * beaten for that long count, and only the queues of their workers are freed.
 */
export async function interruptDeadJobs(store: Store, options: { graceMs?: number } = {}): Promise<number[]> {
  const { rows } = await store.pool.query<{ id: number; worker: string | null }>(
    `update job set state = 'interrupted', finished_at = now(), error = $1
      where state = 'running' and (worker_id is null
        or (not ${livesSql('worker_id')} and heartbeat_at <= now() - make_interval(secs => $2))
        or heartbeat_at < now() - make_interval(secs => ${HUNG_MS / 1000}))
      returning id, worker_id as worker`,
    ['The worker that ran it ended before it was done.', (options.graceMs ?? 0) / 1000],
  );
  for (const { id } of rows) {
    await store.db.jobEvent.create({
      data: {
        jobId: id,
        level: 'error',
        message: 'Interrupted: the worker that ran this job ended before it was done',
      },
    });
  }
  const workers = rows.flatMap((r) => r.worker ?? []);
  if (options.graceMs === undefined) workers.push(...(await deadLockHolders(store)));
  if (workers.length > 0) await freeQueues(store, [...new Set(workers)]);
  return rows.map((r) => r.id);
}

/** Workers that hold locks in graphile-worker's tables and do not live. */
async function deadLockHolders(store: Store): Promise<string[]> {
  const { rows } = await store.pool.query<{ id: string }>(
    `select id from (
        select locked_by as id from graphile_worker._private_jobs
        union select locked_by from graphile_worker._private_job_queues) as holders
      where id is not null and not ${livesSql('id')}`,
  );
  return rows.map((r) => r.id);
}

/** Takes the locks of these workers off graphile-worker's jobs and queues. */
async function freeQueues(store: Store, workers: string[]): Promise<void> {
  const client = await store.pool.connect();
  try {
    await client.query('begin');
    const { rows: locked } = await client.query<{ id: string; waiting: boolean }>(
      `select g.id, coalesce(j.state = 'queued', false) as waiting
        from graphile_worker._private_jobs g left join job j on $2 || j.id = g.key
        where g.locked_by = any($1)`,
      [workers, JOB_KEY],
    );
    await client.query('select graphile_worker.force_unlock_workers($1)', [workers]);
    // Taken from the queue but not begun: it may still run. Any other has had its one attempt.
    const waiting = locked.filter((r) => r.waiting).map((r) => r.id);
    const spent = locked.filter((r) => !r.waiting).map((r) => r.id);
    await client.query(
      'select graphile_worker.reschedule_jobs($1::bigint[], run_at => now(), attempts => 0)',
      [waiting],
    );
    await client.query('select graphile_worker.complete_jobs($1::bigint[])', [spent]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
