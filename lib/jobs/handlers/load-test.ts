import { z } from 'zod';
import { runLoadTest } from '@/lib/load/tests/run';
import type { JobDefinition } from '../registry';

const LoadTestInput = z.object({ loadTestId: z.number().int() });
type LoadTestInput = z.infer<typeof LoadTestInput>;

/** Runs one queued load test to its end. */
export const loadTestJob: JobDefinition<LoadTestInput> = {
  kind: 'load-test',
  schema: LoadTestInput,
  async handle({ loadTestId }, ctx, { store }) {
    return { loadTestId, outcome: await runLoadTest(store, loadTestId, ctx) };
  },
};
