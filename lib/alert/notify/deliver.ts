import { AlertMessage, NotifierConnection } from '@/lib/contracts/alert';
import type { Store } from '@/lib/store/client';
import { unseal } from '@/lib/store/seal';
import { send } from './send';

/** Pauses before the next attempts, s; after the last one the message is given up. */
export const retryAfterSeconds = [10, 60, 300, 1800];
/** How long a message that is being sent is left to the worker that took it, ms. */
const leaseMs = 60_000;
const most = 20;

/**
 * Sends what is due and returns how many were sent. A message is taken by moving its time, so that two workers do
 * not send it twice and one that dies leaves it to the next. What fails is tried again with growing pauses.
 */
export async function deliverDue(store: Store, now = Date.now()): Promise<number> {
  const { rows } = await store.pool.query<{
    id: string;
    attempts: number;
    message: unknown;
    notifier_id: number;
  }>(
    `UPDATE delivery SET attempts = attempts + 1, next_at = $1 WHERE id IN (
       SELECT id FROM delivery WHERE next_at <= $2 ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING id, attempts, message, notifier_id`,
    [new Date(now + leaseMs), new Date(now), most],
  );
  let sent = 0;
  await Promise.all(
    rows.map(async ({ id, attempts, message, notifier_id }) => {
      const where = { id: notifier_id };
      try {
        const notifier = await store.db.notifier.findUniqueOrThrow({ where });
        const connection = NotifierConnection.parse(JSON.parse(unseal(notifier.sealedConnection)));
        await send(connection, AlertMessage.parse(message));
        await store.db.delivery.delete({ where: { id: BigInt(id) } });
        await store.db.notifier.update({ where, data: { lastSentAt: new Date(), lastError: null } });
        sent++;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        await giveBack(store, BigInt(id), attempts, now);
        await store.db.notifier.updateMany({ where, data: { lastError: text } });
      }
    }),
  );
  return sent;
}

async function giveBack(store: Store, id: bigint, attempts: number, now: number): Promise<void> {
  const pause = retryAfterSeconds[attempts - 1];
  if (pause === undefined) await store.db.delivery.deleteMany({ where: { id } });
  else await store.db.delivery.updateMany({ where: { id }, data: { nextAt: new Date(now + pause * 1000) } });
}
