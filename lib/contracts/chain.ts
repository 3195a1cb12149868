import { z } from 'zod';

/** What an entry of the chain of evidence covers. `removal`: what went with a target that was removed. */
export const ChainKind = z.enum(['journal', 'change', 'trial', 'report', 'removal']);
export type ChainKind = z.infer<typeof ChainKind>;

/** The last entry of the chain at some moment: whoever holds it notices when what came before was written anew. */
export const ChainHead = z.object({ seq: z.number().int().positive(), hash: z.string().length(64) });
export type ChainHead = z.infer<typeof ChainHead>;

/** One place where the store does not agree with its chain. */
export const ChainProblem = z.object({
  /** The entry that does not fit; null for a row that no entry covers. */
  seq: z.number().int().nullable(),
  kind: ChainKind,
  /** Number of the trial, change, journal line, report or target. */
  subject: z.string(),
  what: z.enum(['edited', 'removed', 'inserted', 'broken']),
  text: z.string(),
});
export type ChainProblem = z.infer<typeof ChainProblem>;

export const ChainState = z.object({
  entries: z.number().int(),
  head: ChainHead.nullable(),
  /** When the first entry was written; null without any. */
  since: z.iso.datetime().nullable(),
  checkedAt: z.iso.datetime(),
  /** In the order of the chain; the first is where it breaks. Empty: unbroken. */
  problems: z.array(ChainProblem),
});
export type ChainState = z.infer<typeof ChainState>;
