import { z } from 'zod';

/** Most routes or keys of one warming. Ours: what a person can look over before it runs. */
const mostWarmed = 1_000;

/** What is to be warmed: paths of a service, asked for by GET, or keys of a Redis server. */
export const WarmingInput = z.object({
  stack: z.string().min(1),
  target: z.string().min(1),
  /** A path each (`/api/v1/models/?page=1`), or a key each. */
  list: z
    .array(z.string().min(1).max(2_000))
    .min(1, 'name at least one route or key')
    .max(mostWarmed, `at most ${mostWarmed} at a time`),
  perSecond: z.number().min(1).max(100).default(10),
});
export type WarmingInput = z.infer<typeof WarmingInput>;

/** The change that was planned; nothing has run yet. */
export const WarmingPlanned = z.object({ changeId: z.number().int() });
