import { z } from 'zod';
import type { Role } from './auth';
import { LoadKind, LoadMix, LoadModel, LoadPlan, LoadProbe, LoadProfile, LoadWorkload } from './load';
import {
  CoordinatedOmission,
  ErrorCounts,
  LoadFigures,
  LoadMachine,
  LoadOutcome,
  LoadRecord,
  LoadSecond,
  LoadSummary,
  StressLimit,
} from './load-record';
import { TlsTrust } from './target';

/** The most that a role may ask of a target through the API. */
export const loadCaps: Record<Role, { users: number; rate: number; seconds: number } | null> = {
  viewer: null,
  operator: { users: 1_000, rate: 5_000, seconds: 3_600 },
  admin: { users: 10_000, rate: 50_000, seconds: 21_600 },
};

/** Where the requests come from: a mix (by default that of the target), or probes that are ready to be sent. */
export const LoadWorkloadInput = z.discriminatedUnion('from', [
  z.object({ from: z.literal('target') }),
  z.object({ from: z.literal('mix'), mix: LoadMix }),
  z.object({
    from: z.literal('probes'),
    probes: z.array(LoadProbe).min(1).max(1_000),
    arrivals: LoadWorkload.shape.arrivals,
  }),
]);
export type LoadWorkloadInput = z.infer<typeof LoadWorkloadInput>;

export const CreateLoadTestInput = z.object({
  stack: z.string().min(1),
  /** Name of an HTTP target of the stack. */
  target: z.string().min(1),
  title: z.string().min(1).max(200).optional(),
  profile: LoadProfile,
  workload: LoadWorkloadInput.default({ from: 'target' }),
  seed: z.number().int().min(0).default(1),
  /** Must be true for a target that is not on this machine. */
  confirmRemote: z.boolean().default(false),
  /** Over https, for this run in place of what the target is set to; from an admin only: the target's headers are sent with it. */
  tls: TlsTrust.optional(),
});
export type CreateLoadTestInput = z.input<typeof CreateLoadTestInput>;

export const LoadTestsQuery = z.object({
  stack: z.string().optional(),
  /** Only runs of this workload: those that can be compared. */
  workload: z.string().optional(),
});

/** `done`: ended by itself or stopped by a person; what was measured is kept in every state. */
export const LoadTestState = z.enum(['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted']);
export type LoadTestState = z.infer<typeof LoadTestState>;

/** A load test as lists show it. */
export const LoadTestView = z.object({
  id: z.number().int(),
  stack: z.string(),
  target: z.string(),
  title: z.string(),
  kind: LoadKind.nullable(),
  model: LoadModel.nullable(),
  state: LoadTestState,
  /** Null until it has ended. */
  outcome: LoadOutcome.nullable(),
  reason: z.string().nullable(),
  workloadHash: z.string().nullable(),
  /** Null until it has ended, and when nothing was measured. */
  total: LoadFigures.nullable(),
  /** Null without thresholds and before the end. */
  thresholdsPassed: z.boolean().nullable(),
  generatorLimited: z.boolean(),
  secondsDone: z.number(),
  /** Null when it cannot be known (a stress test ends when it found the limit). */
  secondsPlanned: z.number().nullable(),
  jobId: z.number().int().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type LoadTestView = z.infer<typeof LoadTestView>;

const TickFigures = z.object({
  count: z.number().int(),
  errors: z.number().int(),
  errorKinds: ErrorCounts,
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

/** One second of a run in figures, without its histograms. */
export const LoadTick = LoadSecond.omit({ endpoints: true }).extend({
  total: TickFigures,
  endpoints: z.record(z.string(), TickFigures),
});
export type LoadTick = z.infer<typeof LoadTick>;

/** A value of a target during a run; `t` in seconds since its start. */
export const LoadResourcePoint = z.object({
  target: z.string(),
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  t: z.number(),
  v: z.number(),
});
export type LoadResourcePoint = z.infer<typeof LoadResourcePoint>;

/** One load test, all but its histograms. Those are in its record. */
export const LoadTestDetail = LoadTestView.extend({
  /** Without secrets and without the arrivals of a replay; null for an imported run. */
  plan: LoadPlan.omit({ arrivals: true }).nullable(),
  machine: LoadMachine.nullable(),
  summary: LoadSummary.nullable(),
  limit: StressLimit.nullable(),
  stalls: CoordinatedOmission.shape.stalls.nullable(),
  generatorLimit: z.object({ from: z.number(), why: z.string() }).nullable(),
  /** The first thing that went wrong, in words; null when nothing did, and while it runs. */
  firstError: z.string().nullable(),
  /** Over https: against what the certificate was checked. */
  certificate: LoadRecord.shape.target.shape.certificate.nullable(),
  ticks: z.array(LoadTick),
  resources: z.array(LoadResourcePoint),
});
export type LoadTestDetail = z.infer<typeof LoadTestDetail>;

/**
 * Server-sent events of GET /load-tests/{id}/events: `test` with a LoadTestView whenever it changed, `tick` with each
 * LoadTick from the first on, `resource` with each LoadResourcePoint, `end` with a LoadTestView when it is over.
 */
export const LoadEventName = z.enum(['test', 'tick', 'resource', 'end']);

export const LoadTestStarted = z.object({ loadTestId: z.number().int(), jobId: z.number().int() });
export type LoadTestStarted = z.infer<typeof LoadTestStarted>;
