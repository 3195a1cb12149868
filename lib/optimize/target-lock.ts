import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { targetLockWaitMs } from './timeouts';

/**
 * Advisory lock of a target: "RTCH", 1. PostgreSQL keeps advisory locks per database, so the same two numbers
 * are a lock of their own on each target database, shared by all workers and by every Ratchet that uses it.
 */
const key = [0x52544348, 1] as const;

/**
 * Takes the session lock of the target database on this connection, or waits for it up to `waitMs`. It polls:
 * a session that blocks in pg_advisory_lock holds a snapshot, and an index build of the lock's owner would wait
 * for that snapshot for ever. Freed by `unlockTarget` or when the connection ends.
 * @throws AppError 'conflict' naming the process that holds it; 'cancelled'.
 */
export async function lockTarget(
  client: pg.Client,
  address: string,
  signal?: AbortSignal,
  waitMs = targetLockWaitMs,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    if (signal?.aborted)
      throw new AppError('cancelled', `Cancelled while waiting for another change on ${address}.`);
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_catalog.pg_try_advisory_lock($1, $2) as taken',
      [...key],
    );
    if (rows[0]?.taken) return;
    if (Date.now() >= deadline) throw new AppError('conflict', await holder(client, address));
    await pause(200);
  }
}

/** Frees the lock of the target database. */
export async function unlockTarget(client: pg.Client): Promise<void> {
  await client.query('select pg_catalog.pg_advisory_unlock($1, $2)', [...key]);
}

async function holder(client: pg.Client, address: string): Promise<string> {
  const { rows } = await client.query<{ pid: number; name: string | null }>(
    `select l.pid, a.application_name as name from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
       and l.classid = $1 and l.objid = $2 and l.objsubid = 2`,
    [...key],
  );
  const who = rows[0] ? ` (server process ${rows[0].pid}, ${rows[0].name || 'unnamed'})` : '';
  return `Another change is being carried out on ${address}${who}. One at a time: try again when it is done.`;
}
