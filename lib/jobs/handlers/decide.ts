import { z } from 'zod';
import { Actor } from '@/lib/contracts/auth';
import { keepChange, rollBackTrial } from '@/lib/prove/trial/decide';
import type { JobDefinition } from '../registry';

const DecideInput = z.object({
  trialId: z.number().int(),
  decision: z.enum(['keep', 'rollback']),
  actor: Actor,
});
type DecideInput = z.infer<typeof DecideInput>;

/** A person's decision on a finished trial, against or with the policy. */
export const decideJob: JobDefinition<DecideInput> = {
  kind: 'decide',
  schema: DecideInput,
  async handle({ trialId, decision, actor }, ctx, { store }) {
    await ctx.say(
      decision === 'keep'
        ? `Keeping the change of trial ${trialId}`
        : `Rolling back the change of trial ${trialId}`,
    );
    if (decision === 'keep') await keepChange(store, actor, trialId);
    else await rollBackTrial(store, actor, trialId);
    await ctx.say('Done');
    return { trialId };
  },
};
