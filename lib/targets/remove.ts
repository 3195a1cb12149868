import type { Actor } from '@/lib/contracts/auth';
import { audit } from '@/lib/store/audit';
import { appendRemoval, removalOf } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import { storedTarget } from './load';
import { inTimeWithSeries } from './transaction';

/**
 * Removes a target with its snapshots, findings, changes and series (a trigger of the store deletes the series).
 * @throws AppError not-found
 */
export async function removeTarget(store: Store, actor: Actor, id: number): Promise<void> {
  const row = await storedTarget(store, id);
  await store.db.$transaction(async (tx) => {
    const removal = await removalOf(tx, id);
    await tx.target.delete({ where: { id } });
    await audit(tx, actor, {
      action: 'target.remove',
      subject: `${row.stack.name}/${row.name}`,
      outcome: 'ok',
    });
    await appendRemoval(tx, removal);
  }, inTimeWithSeries);
}
