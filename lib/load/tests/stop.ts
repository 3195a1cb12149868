import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { requestCancel } from '@/lib/jobs/queue';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { findLoadTest } from './rows';

/**
 * Stops a load test: one that runs ends within about a second and keeps what it measured, one that waits never begins. Throws
 * AppError: `not-found`, `conflict` when it has ended already.
 */
export async function stopLoadTest(store: Store, actor: Actor, id: number): Promise<void> {
  const row = await findLoadTest(store, id);
  if ((row.state !== 'queued' && row.state !== 'running') || row.jobId === null)
    throw new AppError('conflict', `Load test ${id} has ended already (${row.state}).`);
  await requestCancel(store, row.jobId);
  await store.db.loadTest.updateMany({
    where: { id, state: 'queued', startedAt: null },
    data: {
      state: 'cancelled',
      outcome: 'stopped',
      reason: 'It was stopped before it began.',
      finishedAt: new Date(),
      sealedOrder: null,
    },
  });
  await audit(store.db, actor, {
    action: 'load-test.stop',
    subject: `load test ${id}: ${row.title}`,
    outcome: 'ok',
  });
}
