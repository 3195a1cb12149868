import { z } from 'zod';
import { Actor } from '@/lib/contracts/auth';
import { runTrial } from '@/lib/prove/trial/run';
import type { JobDefinition } from '../registry';

const TrialInput = z.object({ trialId: z.number().int(), actor: Actor });
type TrialInput = z.infer<typeof TrialInput>;

/** Runs one queued trial to its verdict. */
export const trialJob: JobDefinition<TrialInput> = {
  kind: 'trial',
  schema: TrialInput,
  async handle({ trialId, actor }, ctx, env) {
    const { verdict, decision } = await runTrial(env, trialId, ctx, { actor });
    return { trialId, verdict: verdict.verdict, decision };
  },
};
