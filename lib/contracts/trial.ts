import { z } from 'zod';
import { ChangeOutcome } from './change';
import { PlanPair } from './plan';
import { Goal, RecordSegment } from './trial-record';
import { Effect, Outcome, Verdict } from './verdict';
import { Probe, Workload } from './workload';

export const TrialSettings = z.object({
  /** Rounds that count; 12 by default, at least 6. */
  rounds: z.number().int().min(6).max(200).default(12),
  /** Length of a segment, seconds. */
  segmentSeconds: z.number().min(0.2).max(60).default(3),
  /** A segment of a slow endpoint is prolonged until it has so many requests of the goal … */
  minRequests: z.number().int().min(0).default(200),
  /** … but to at most this many times its length. */
  maxStretch: z.number().min(1).max(10).default(2),
  clients: z.number().int().min(1).max(256).default(4),
  margin: z.number().positive().max(0.5).default(0.05),
  seed: z.number().int().min(0).default(1),
});
export type TrialSettings = z.infer<typeof TrialSettings>;

/** Fixed before the first round and recorded with the trial. */
export const TrialDesign = z.object({
  settings: TrialSettings,
  goal: Goal.nullable(),
  interleaved: z.boolean(),
  /** Order of arms in each round, for example ["ABBA","BAAB"]; A is before. */
  orders: z.array(z.enum(['ABBA', 'BAAB'])),
  control: z.array(z.string()),
  /** Without probes until the trial has started. */
  workload: Workload.extend({ probes: z.array(Probe) }),
  /** Changes that are switched, in the order they are applied; to this state they go back when the trial does not end. */
  changes: z.array(z.object({ id: z.number().int(), wasApplied: z.boolean() })).optional(),
  /** How switching was decided: measured costs, ms, and the length of a segment that resulted. */
  switching: z.object({ applyMs: z.number(), rollbackMs: z.number(), segmentMs: z.number() }).optional(),
  /** Generic plans of the statements that a change of a database is about, read once in each arm. No part of the verdict. */
  plans: z.array(PlanPair).optional(),
});
export type TrialDesign = z.infer<typeof TrialDesign>;

export const TrialProgress = z.object({
  phase: z.string(),
  segmentsDone: z.number().int(),
  segmentsTotal: z.number().int(),
  round: z.number().int(),
  rounds: z.number().int(),
  secondsLeft: z.number().nullable(),
  /** p50 of each segment so far, ms, for the live view. Not a verdict. */
  soFar: z.array(
    z.object({
      order: z.number(),
      round: z.number(),
      arm: z.string(),
      p50: z.record(z.string(), z.number()),
    }),
  ),
});
export type TrialProgress = z.infer<typeof TrialProgress>;

export const TrialState = z.enum(['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted']);
export type TrialState = z.infer<typeof TrialState>;
export const TrialKind = z.enum(['change', 'aa', 'overall']);
export type TrialKind = z.infer<typeof TrialKind>;

/** Noise of a stack as an A/A trial showed it. */
export const Noise = z.object({
  trialId: z.number().int(),
  /** Half-width of the interval on the goal metric, relative (0.06 is ±6 %). */
  halfWidth: z.number(),
  /** The A/A trial itself found a difference: measurements here cannot be trusted yet. */
  rejected: z.boolean(),
  advice: z.string().nullable(),
});
export type Noise = z.infer<typeof Noise>;

export const TrialSummary = z.object({
  id: z.number().int(),
  stack: z.string(),
  kind: TrialKind,
  title: z.string(),
  changeId: z.number().int().nullable(),
  state: TrialState,
  outcome: Outcome.nullable(),
  ratio: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  metric: z.string().nullable(),
  goal: z.string().nullable(),
  decision: z.enum(['kept', 'rolled-back']).nullable(),
  jobId: z.number().int().nullable(),
  progress: TrialProgress.nullable(),
  error: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type TrialSummary = z.infer<typeof TrialSummary>;

/** Points of a cumulative distribution: share of requests answered within `ms`. */
export const Distribution = z.object({
  endpoint: z.string(),
  arm: z.string(),
  points: z.array(z.object({ ms: z.number(), share: z.number() })),
});
export type Distribution = z.infer<typeof Distribution>;

export const SegmentFigures = z.object({
  round: z.number().int(),
  order: z.number().int(),
  arm: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  void: z.string().nullable(),
  endpoints: z.record(
    z.string(),
    z.object({
      requests: z.number(),
      errors: z.number(),
      p50: z.number(),
      p95: z.number(),
      p99: z.number(),
      throughput: z.number(),
    }),
  ),
});
export type SegmentFigures = z.infer<typeof SegmentFigures>;

export const TrialDetail = TrialSummary.extend({
  design: TrialDesign,
  verdict: Verdict.nullable(),
  noise: Noise.nullable(),
  decidedBy: z.string().nullable(),
  decidedWhy: z.string().nullable(),
  statements: z.array(z.string()),
  inverse: z.array(z.string()),
  changeState: z.string().nullable(),
  outcomeFacts: ChangeOutcome.pick({ applyMs: true, sizeBytes: true, measured: true }).nullable(),
  distributions: z.array(Distribution),
  segments: z.array(SegmentFigures),
});
export type TrialDetail = z.infer<typeof TrialDetail>;

/** One row of the forest plot. */
export const ForestRow = z.object({
  changeId: z.number().int(),
  trialId: z.number().int(),
  title: z.string(),
  at: z.iso.datetime(),
  outcome: Outcome,
  metric: z.string(),
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  decision: z.enum(['kept', 'rolled-back']).nullable(),
});
export type ForestRow = z.infer<typeof ForestRow>;

/** What the forest plot draws of a row: a change that is gone since is drawn too. */
export type ForestEntry = Omit<ForestRow, 'changeId'>;

export { Effect, RecordSegment };
