import type pg from 'pg';
import type { Store } from '@/lib/store/client';

/** First half of the advisory lock of a change in the store: "RTCC". The second half is the change's id. */
const classId = 0x52544343;

/**
 * Marks a change as in hand: a session lock in the *store*, which ends with the process that holds it, however
 * it ends. Settling tells by it a change of a dead worker from one that is being carried out right now.
 * Returns null when another process (or another call) has it in hand.
 */
export async function takeChange(
  store: Store,
  changeId: number,
): Promise<{ release(): Promise<void> } | null> {
  const client = await store.pool.connect();
  // A broken store connection shows in the next query of the change; without a listener it would end the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  const giveBack = (broken?: boolean) => {
    client.off('error', ignore);
    client.release(broken);
  };
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1, $2) as taken', [
      classId,
      changeId,
    ]);
    if (rows[0]?.taken) return { release: () => release(client, changeId, giveBack) };
    giveBack();
    return null;
  } catch (error) {
    giveBack(true);
    throw error;
  }
}

async function release(
  client: pg.PoolClient,
  changeId: number,
  giveBack: (broken?: boolean) => void,
): Promise<void> {
  try {
    await client.query('select pg_advisory_unlock($1, $2)', [classId, changeId]);
    giveBack();
  } catch {
    // The connection is gone and the lock with it.
    giveBack(true);
  }
}
