import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { enqueue } from './queue';

/** Queues a pass over a stack; refuses a second one while the first is under way. */
export async function startPass(
  store: Store,
  actor: Actor,
  input: { stack: string; settings?: unknown; maxChanges?: number | undefined },
): Promise<{ jobId: number }> {
  const stack = await store.db.stack.findUnique({ where: { name: input.stack } });
  if (!stack)
    throw new AppError('not-found', `There is no stack named "${input.stack}".`, { field: 'stack' });
  const running = await store.db.job.findFirst({
    where: {
      kind: 'pass',
      state: { in: ['queued', 'running'] },
      payload: { path: ['stack'], equals: input.stack },
    },
  });
  if (running)
    throw new AppError('conflict', `A pass over "${input.stack}" is under way already (job ${running.id}).`);
  const jobId = await enqueue(store, {
    kind: 'pass',
    payload: { ...input },
    queue: `stack:${stack.id}`,
    createdBy: actor.name,
  });
  await audit(store.db, actor, {
    action: 'pass.start',
    subject: input.stack,
    outcome: 'ok',
    detail: `job ${jobId}`,
  });
  return { jobId };
}
