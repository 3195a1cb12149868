import { z } from 'zod';

export const Horizon = z.enum(['now', 'weeks', 'months']);
export type Horizon = z.infer<typeof Horizon>;

/** A fact that a recommendation follows from: a finding or a measurement, with its figure. */
export const RecommendationEvidence = z.object({
  from: z.enum(['finding', 'measurement']),
  /** Id of the rule, or name of the measurement. */
  id: z.string(),
  label: z.string(),
  value: z.union([z.number(), z.string()]),
  unit: z.string(),
});
export type RecommendationEvidence = z.infer<typeof RecommendationEvidence>;

export const RecommendationState = z.enum(['open', 'planned', 'done']);
export type RecommendationState = z.infer<typeof RecommendationState>;

/** A piece of work that a person does, and the evidence that asks for it. */
export const Recommendation = z.object({
  /** Stable over time: `rule:target:subject`. */
  key: z.string(),
  rule: z.string(),
  /** now; weeks: 1 to 2 weeks; months: 1 to 3 months. */
  horizon: Horizon,
  target: z.string(),
  title: z.string(),
  detail: z.string(),
  evidence: z.array(RecommendationEvidence),
  threshold: z.object({ text: z.string(), source: z.string() }),
  state: RecommendationState,
  /** Who planned it or said that it is done. */
  by: z.string().nullable(),
  at: z.iso.datetime().nullable(),
  note: z.string().nullable(),
  /** Whether the evidence is still there: `gone` only where it was looked for since it was marked. */
  check: z.enum(['there', 'gone', 'not-checked']),
  /** In words: what was looked at and when, or why it was not. */
  checked: z.string(),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A rule that could not be evaluated, and why. */
export const NotEvaluated = z.object({ rule: z.string(), target: z.string(), why: z.string() });
export type NotEvaluated = z.infer<typeof NotEvaluated>;

export const Recommendations = z.object({
  items: z.array(Recommendation),
  notEvaluated: z.array(NotEvaluated),
});
export type Recommendations = z.infer<typeof Recommendations>;

export const RecommendationsQuery = z.object({ stack: z.string() });
export const MarkRecommendationInput = z.object({
  stack: z.string(),
  key: z.string().min(1).max(400),
  state: RecommendationState,
  note: z.string().trim().max(500).optional(),
});
export type MarkRecommendationInput = z.infer<typeof MarkRecommendationInput>;
