import { AppError } from '@/lib/contracts/error';
import { observeOnce } from '@/lib/observe/observe-once';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import { type PassLog, unlessStopped } from './pass-log';

/** Reads every target of the stack whole, now. One that does not answer is said and left out. */
export async function observeTargets(store: Store, stack: string, pass: PassLog): Promise<void> {
  const targets = (await loadTargets(store, { stack })).filter((t) => !t.paused);
  if (targets.length === 0) {
    throw new AppError(
      'not-found',
      `The stack "${stack}" has no target to look at. Add one, or resume a paused one.`,
      {
        field: 'stack',
      },
    );
  }
  for (const target of targets) {
    const seen = await unlessStopped(pass.ctx, observeOnce(store, target.id, pass.ctx.signal));
    if (!seen.ok) await pass.skip(`Target ${target.name}`, seen.why);
  }
}
