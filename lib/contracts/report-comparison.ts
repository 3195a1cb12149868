import { z } from 'zod';
import { Severity } from './finding';

export const CompareReportsQuery = z.object({
  before: z.coerce.number().int().positive(),
  after: z.coerce.number().int().positive(),
});

/** A name for a report that later ones are held against; null takes it away. */
export const BaselineInput = z.object({
  name: z.string().trim().min(1, 'give it a name').max(60).nullable(),
});

const Pair = { before: z.number().nullable(), after: z.number().nullable() };

/** Two reports side by side: what each says of where the stack stood at its end. */
export const ReportComparison = z.object({
  before: z.object({ id: z.number().int(), title: z.string(), stack: z.string(), at: z.iso.datetime() }),
  after: z.object({ id: z.number().int(), title: z.string(), stack: z.string(), at: z.iso.datetime() }),
  /** Why figures of the two must not be held against each other; empty when nothing speaks against it. */
  notComparable: z.array(z.string()),
  score: z.object({
    ...Pair,
    /** Parts of the score, worth 0..1 of their weight; null: not measured in that report. */
    parts: z.array(z.object({ title: z.string(), ...Pair })),
  }),
  /** Endpoints and statements, p95 or other metric, and means of what was watched. `ratio` after ÷ before. */
  figures: z.array(
    z.object({
      name: z.string(),
      metric: z.string(),
      unit: z.string(),
      ...Pair,
      ratio: z.number().nullable(),
    }),
  ),
  /** What became of each change in each report; null: it does not occur there. */
  changes: z.array(
    z.object({
      title: z.string(),
      target: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  findings: z.object({
    appeared: z.array(z.object({ title: z.string(), severity: Severity, target: z.string() })),
    gone: z.array(z.object({ title: z.string(), severity: Severity, target: z.string() })),
    /** In both. */
    stayed: z.number().int(),
  }),
});
export type ReportComparison = z.infer<typeof ReportComparison>;
