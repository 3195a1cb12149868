import { z } from 'zod';
import { Actor } from '@/lib/contracts/auth';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import type { JobDefinition } from '../registry';

const ChangeJobInput = z.object({
  changeId: z.number().int(),
  direction: z.enum(['apply', 'rollback']),
  actor: Actor,
  asked: z.object({ writeConfigFile: z.boolean().optional() }).default({}),
});
type ChangeJobInput = z.infer<typeof ChangeJobInput>;

/** Applies or rolls back one change, outside a trial. */
export const changeJob: JobDefinition<ChangeJobInput> = {
  kind: 'change',
  schema: ChangeJobInput,
  async handle({ changeId, direction, actor, asked }, ctx, { store }) {
    await ctx.say(direction === 'apply' ? `Applying change ${changeId}` : `Rolling back change ${changeId}`);
    if (direction === 'apply') await applyChange(store, changeId, actor, ctx.signal, asked);
    else await rollbackChange(store, changeId, actor, ctx.signal);
    await ctx.say(direction === 'apply' ? 'Applied' : 'Rolled back');
    return { changeId };
  },
};
