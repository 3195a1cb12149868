import { z } from 'zod';

/** Something that happened to the stack, for the time axis of every chart. */
export const StackMark = z.object({
  kind: z.enum(['applied', 'rolled-back', 'trial', 'load-test', 'alert']),
  at: z.iso.datetime(),
  /** When it ended; null for what has no length, and for a trial that still runs. */
  to: z.iso.datetime().nullable(),
  running: z.boolean(),
  title: z.string(),
  /** Said of it in a few words: "improved, kept". */
  note: z.string(),
  /** The page it has, below the root. */
  path: z.string(),
});
export type StackMark = z.infer<typeof StackMark>;

export const MarksQuery = z.object({
  stack: z.string(),
  from: z.coerce.date(),
  to: z.coerce.date(),
});
export type MarksQuery = z.infer<typeof MarksQuery>;
