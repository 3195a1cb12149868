import { z } from 'zod';
import { defineKey } from '../key';

/** A kind for tests: what the source held for a number, with a date to bring back from JSON. */
export const reading = defineKey({
  name: 'reading',
  id: (n: number) => String(n),
  schema: z.object({
    n: z.number(),
    text: z.string(),
    at: z.codec(z.string(), z.date(), { decode: (s) => new Date(s), encode: (d) => d.toISOString() }),
  }),
  ttlMs: 60_000,
  tags: (n) => [`n:${n}`, 'all'],
});
