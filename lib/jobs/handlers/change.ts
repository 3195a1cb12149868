import { z } from 'zod';
import { Actor } from '@/lib/contracts/auth';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import type { JobDefinition } from '../registry';

const ChangeJobInput = z.object({
  changeId: z.number().int(),
  direction: z.enum(['apply', 'rollback']),
  actor: Actor,
});
type ChangeJobInput = z.infer<typeof ChangeJobInput>;

/** Applies or rolls back one change, outside a trial. */
export const changeJob: JobDefinition<ChangeJobInput> = {
  kind: 'change',
  schema: ChangeJobInput,
  async handle({ changeId, direction, actor }, ctx, { store }) {
    const act = direction === 'apply' ? applyChange : rollbackChange;
    await ctx.say(direction === 'apply' ? `Applying change ${changeId}` : `Rolling back change ${changeId}`);
    await act(store, changeId, actor, ctx.signal);
    await ctx.say(direction === 'apply' ? 'Applied' : 'Rolled back');
    return { changeId };
  },
};
