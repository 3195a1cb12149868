import { z } from 'zod';

/** One sentence of the reading view, and the trial whose rounds its figures come from. */
export const LeadLine = z.object({ text: z.string(), trial: z.number().int().nullable() });
export type LeadLine = z.infer<typeof LeadLine>;

/** Before and after of one endpoint or statement, drawn as two bars. */
export const LeadBar = z.object({
  /** The endpoint or statement in words. */
  name: z.string(),
  /** What was measured of it, in words: "half of the calls take less". */
  what: z.string(),
  unit: z.enum(['ms', 'requests/s']),
  before: z.number(),
  after: z.number(),
  /** "between 2.1 and 2.6 times as fast". */
  gain: z.string(),
  trial: z.number().int(),
});
export type LeadBar = z.infer<typeof LeadBar>;

/** A report for somebody who decides and does not tune: sentences made from the document by fixed rules. */
export const LeadView = z.object({
  headline: z.string(),
  /** Why the figures are to be taken with care; null where nothing speaks against them. */
  caution: z.string().nullable(),
  bars: z.array(LeadBar),
  parts: z.array(z.object({ title: z.string(), lines: z.array(LeadLine) })),
});
export type LeadView = z.infer<typeof LeadView>;
