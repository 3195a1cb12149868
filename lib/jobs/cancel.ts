import type { Actor } from '@/lib/contracts/auth';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { requestCancel } from './queue';

/** Asks a job to stop; it leaves its target as it found it. */
export async function cancelJob(store: Store, actor: Actor, jobId: number): Promise<{ jobId: number }> {
  await requestCancel(store, jobId);
  await audit(store.db, actor, { action: 'job.cancel', subject: `job ${jobId}`, outcome: 'ok' });
  return { jobId };
}
