import { z } from 'zod';
import { Severity } from './finding';

/**
 * What the score of a report would be without some of its open findings. Estimates: made when asked for, never stored,
 * never part of the report.
 */
export const WhatIf = z.object({
  /** The report's own score; null where it has none. */
  score: z.number().nullable(),
  /** Open findings, the worst first. */
  findings: z.array(
    z.object({
      key: z.string(),
      title: z.string(),
      severity: Severity,
      target: z.string(),
      /** Points of the score that this one alone is estimated to be worth. */
      estimatedPoints: z.number(),
      /** Whether Ratchet knows a change that answers it. */
      hasRemedy: z.boolean(),
    }),
  ),
  /** Estimated score without the first 0, 1, 2 … of them. */
  estimatedScores: z.array(z.number()),
});
export type WhatIf = z.infer<typeof WhatIf>;
