import { z } from 'zod';
import { observeOnce } from '@/lib/observe/observe-once';
import { loadTargets } from '@/lib/targets/registry';
import type { JobDefinition } from '../registry';

const ObserveInput = z.object({ stack: z.string() });
type ObserveInput = z.infer<typeof ObserveInput>;

/** Reads every target of a stack whole, now. */
export const observeNowJob: JobDefinition<ObserveInput> = {
  kind: 'observe',
  schema: ObserveInput,
  async handle({ stack }, ctx, { store }) {
    const targets = (await loadTargets(store, { stack })).filter((t) => !t.paused);
    for (const [i, target] of targets.entries()) {
      ctx.signal.throwIfAborted();
      await ctx.progress({
        done: i,
        total: targets.length,
        message: `Reading ${target.name}`,
        secondsLeft: null,
      });
      await observeOnce(store, target.id, ctx.signal);
      await ctx.say(`Read ${target.name}`);
    }
    return { targets: targets.length };
  },
};
