import { z } from 'zod';
import { Metric } from './trial-record';

export const verdicts = ['improved', 'no-difference', 'regressed', 'inconclusive'] as const;
export const Outcome = z.enum(verdicts);
export type Outcome = z.infer<typeof Outcome>;

/** One metric of one endpoint, compared over rounds. Ratios are after ÷ before. */
export const Effect = z.object({
  /** Geometric mean over rounds of the metric in its own unit (ms, requests/s); for errors the mean rate 0..1. */
  before: z.number(),
  after: z.number(),
  /** For errors: difference of rates (after − before), not a ratio. */
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  /** Percentile bootstrap over rounds. */
  bootstrapLow: z.number(),
  bootstrapHigh: z.number(),
  /** The two intervals disagree by more than half a width. */
  intervalsDisagree: z.boolean(),
  p: z.number(),
  /**
   * Holm-adjusted over all comparisons that take part in the decision; for the metrics that do not,
   * Benjamini–Hochberg over those, for exploration.
   */
  adjustedP: z.number(),
  verdict: Outcome,
});
export type Effect = z.infer<typeof Effect>;

export const EndpointVerdict = z.object({
  endpoint: z.string(),
  role: z.enum(['goal', 'guard', 'control']),
  /** Decided on this metric. */
  metric: Metric,
  verdict: Outcome,
  /** Requests measured in each arm. */
  requestsBefore: z.number().int(),
  requestsAfter: z.number().int(),
  errorsBefore: z.number().int(),
  errorsAfter: z.number().int(),
  p50: Effect,
  p95: Effect,
  p99Before: z.number(),
  p99After: z.number(),
  throughput: Effect,
  errors: Effect,
});
export type EndpointVerdict = z.infer<typeof EndpointVerdict>;

/** What a trial record shows, by the procedure in docs/method.md. */
export const Verdict = z.object({
  verdict: Outcome,
  metric: Metric,
  /** The goal's endpoint, or null: geometric mean of the p50 ratios of all endpoints. */
  goal: z.string().nullable(),
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  p: z.number(),
  /** Holm-adjusted p of the goal. */
  adjustedP: z.number().optional(),
  /** Rounds that count. */
  rounds: z.number().int(),
  voidRounds: z.number().int(),
  margin: z.number(),
  interleaved: z.boolean(),
  /** One sentence for a reader. */
  sentence: z.string(),
  /** When inconclusive: rounds it would likely take; null where no number can be given. */
  roundsNeeded: z.number().int().nullable(),
  /** Guards that were shown to have regressed. */
  harmed: z.array(z.string()),
  /** Mean difference of the endpoints' error rates: the guard against errors. */
  errorGuard: Effect.optional(),
  endpoints: z.array(EndpointVerdict),
});
export type Verdict = z.infer<typeof Verdict>;

/** One entry of `ratchet judge --json`. */
export const JudgeEntry = Verdict.extend({ file: z.string() });
export type JudgeEntry = z.infer<typeof JudgeEntry>;
