import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { targetLockWaitMs } from './timeouts';

/** First half of the advisory lock of a target in the store: "RTCT". The second half is the target's id. */
const classId = 0x52544354;

/**
 * Takes the lock of a target that has no locks of its own (a service, a Redis server), or waits for it up to
 * `waitMs`. It is a session lock in the store and ends with the process.
 * @throws AppError 'conflict' | 'cancelled'
 */
export async function lockInStore(
  store: Store,
  targetId: number,
  address: string,
  signal?: AbortSignal,
  waitMs = targetLockWaitMs,
): Promise<{ release(): Promise<void> }> {
  const client = await store.pool.connect();
  // A broken store connection shows in the next write to the journal; without a listener it ends the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  const giveBack = (broken: boolean) => {
    client.off('error', ignore);
    client.release(broken);
  };
  try {
    const deadline = Date.now() + waitMs;
    for (;;) {
      if (signal?.aborted)
        throw new AppError('cancelled', `Cancelled while waiting for another change on ${address}.`);
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock($1, $2) as taken',
        [classId, targetId],
      );
      if (rows[0]?.taken) break;
      if (Date.now() >= deadline)
        throw new AppError(
          'conflict',
          `Another change is being carried out on ${address}. One at a time: try again when it is done.`,
        );
      await pause(200);
    }
  } catch (error) {
    giveBack(!(error instanceof AppError));
    throw error;
  }
  return {
    release: () =>
      client.query('select pg_advisory_unlock($1, $2)', [classId, targetId]).then(
        () => giveBack(false),
        // The connection is gone and the lock with it.
        () => giveBack(true),
      ),
  };
}
