import type { ZodType } from 'zod';
import type { JobContext } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';

/**
 * A kind of job. `handle` gets the payload as `schema` parsed it; what it returns is the job's result (kept
 * as JSON); what it throws is the job's failure. It watches `ctx.signal` and leaves its target as it found it
 * when that is aborted.
 */
export interface JobDefinition<T = unknown> {
  kind: string;
  schema: ZodType<T>;
  handle(input: T, ctx: JobContext, env: { store: Store }): Promise<unknown>;
}
