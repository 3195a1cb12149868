import { z } from 'zod';
import { LoadModel, LoadPlan, LoadThreshold } from './load';
import { EncodedHistogram } from './trial-record';

/** Why a request failed. `redirect`: answered with 3xx, which is not followed; `check`: not what was expected. */
export const LoadErrorKind = z.enum([
  'timeout',
  'connection',
  'reset',
  'tls',
  'protocol',
  'redirect',
  'status-4xx',
  'status-5xx',
  'check',
  'body-too-large',
]);
export type LoadErrorKind = z.infer<typeof LoadErrorKind>;

/** Counts by kind; a kind that did not occur is left out. */
export const ErrorCounts = z.partialRecord(LoadErrorKind, z.number().int().min(0));
export type ErrorCounts = z.infer<typeof ErrorCounts>;

/** What one endpoint did in one second: every request that *ended* in it, failed ones too. */
export const EndpointSecond = z.object({
  count: z.number().int().min(0),
  errors: ErrorCounts,
  /** Received, headers included. */
  bytes: z.number().int().min(0),
  histogram: EncodedHistogram,
});
export type EndpointSecond = z.infer<typeof EndpointSecond>;

export const LoadSecond = z.object({
  /** Start, in whole seconds since the start of the run. */
  t: z.number().int().min(0),
  /** 1,000, but for the last one. */
  durationMs: z.number().positive(),
  /** Planned users or requests a second at its end. */
  level: z.number().min(0),
  /** Requests that were due in it; in the closed model those that were sent. */
  offered: z.number().int().min(0),
  sent: z.number().int().min(0),
  /** Due but not sent, because too many were in flight (open model). */
  dropped: z.number().int().min(0),
  /** At its end: users at work (closed), requests in flight (open). */
  active: z.number().int().min(0),
  /** Longest time without any response while requests were in flight, of those that ended in this second, ms. */
  longestGapMs: z.number().min(0),
  /** Endpoints without a response in this second are left out. */
  endpoints: z.record(z.string(), EndpointSecond),
  generator: z.object({
    /** CPU seconds of the generator process per second. */
    cpuShare: z.number().min(0),
    loopDelayP99Ms: z.number().min(0),
    /** Requests sent more than 10 ms after they were due (open model). */
    lateSends: z.number().int().min(0),
  }),
});
export type LoadSecond = z.infer<typeof LoadSecond>;

export const LoadOutcome = z.enum([
  'completed',
  'stopped',
  'threshold',
  'limit-found',
  'generator-limited',
  'failed',
  'interrupted',
]);
export type LoadOutcome = z.infer<typeof LoadOutcome>;

/** Where a stress test found the limit. */
export const StressLimit = z.object({
  /** Number of the step that broke it, from 1, and its level: users or requests a second. */
  step: z.number().int(),
  level: z.number(),
  /** Level of the last step that kept everything; null when the first broke. */
  lastGoodLevel: z.number().nullable(),
  /** Throughput of that last good step, requests a second. */
  throughput: z.number().nullable(),
  /** What gave out first. */
  cause: z.enum(['latency', 'errors', 'throughput']),
  /** In words, with the figures. */
  why: z.string(),
});
export type StressLimit = z.infer<typeof StressLimit>;

export const LoadMachine = z.object({
  cores: z.number().int(),
  cpuModel: z.string(),
  memoryBytes: z.number(),
  os: z.string(),
  node: z.string(),
});
export type LoadMachine = z.infer<typeof LoadMachine>;

/** A metric of a target of the stack during the run. */
export const LoadResource = z.object({
  target: z.string(),
  /** One of lib/contracts/metrics. */
  metric: z.string(),
  label: z.string(),
  unit: z.string(),
  /** [seconds since the start of the run, value] */
  points: z.array(z.tuple([z.number(), z.number()])),
});
export type LoadResource = z.infer<typeof LoadResource>;

/** Closed model with stalls: users who waited did not send, so the plain percentiles are too good. */
export const CoordinatedOmission = z.object({
  /** Times without any response: [second, ms]. */
  stalls: z.array(z.tuple([z.number(), z.number()])),
  /** By endpoint: the interval at which a user would have sent, ms, and the histogram corrected for it. */
  endpoints: z.record(z.string(), z.object({ intervalMs: z.number(), histogram: EncodedHistogram })),
});
export type CoordinatedOmission = z.infer<typeof CoordinatedOmission>;

/** Figures of requests. Latencies in ms, of all requests, failed ones too; null when there was none. */
export const LoadFigures = z.object({
  count: z.number().int(),
  errors: z.number().int(),
  /** Share from 0 to 1; null without a request. */
  errorRate: z.number().nullable(),
  errorKinds: ErrorCounts,
  average: z.number().nullable(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  max: z.number().nullable(),
  /** Responses a second over the whole run. */
  rps: z.number(),
  bytes: z.number(),
});
export type LoadFigures = z.infer<typeof LoadFigures>;

export const ThresholdResult = z.object({
  threshold: LoadThreshold,
  /** Null when nothing was measured to judge it on. */
  value: z.number().nullable(),
  passed: z.boolean().nullable(),
});
export type ThresholdResult = z.infer<typeof ThresholdResult>;

/** What `lib/load/summary` computes from a record; the one source of every figure that is shown of it. */
export const LoadSummary = z.object({
  durationMs: z.number(),
  offered: z.number().int(),
  sent: z.number().int(),
  dropped: z.number().int(),
  total: LoadFigures,
  endpoints: z.record(z.string(), LoadFigures),
  /** p50, p90, p95, p99 of all requests corrected for coordinated omission, where stalls were seen. */
  corrected: LoadFigures.pick({ p50: true, p90: true, p95: true, p99: true }).nullable(),
  thresholds: z.array(ThresholdResult),
});
export type LoadSummary = z.infer<typeof LoadSummary>;

/** A load test as it was measured; everything shown of it is computed from this. */
export const LoadRecord = z.object({
  schema: z.literal('ratchet.load/1'),
  title: z.string(),
  /** What measured it. */
  source: z.object({ tool: z.enum(['ratchet', 'k6']), version: z.string().optional() }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  outcome: LoadOutcome,
  /** Why it ended so, in words; null when it ran to its end. */
  reason: z.string().nullable(),
  target: z.object({
    name: z.string(),
    origin: z.string(),
    /** Over https: against what the server's certificate was checked. `unchecked`: it may have been anyone who answered. */
    certificate: z.enum(['system', 'authority', 'unchecked']).optional(),
  }),
  model: LoadModel.nullable(),
  /** Without secrets. Null when the run was read from another tool's results. */
  plan: LoadPlan.nullable(),
  /** sha256 over what was sent (probes without secrets, arrivals): equal for runs of the same workload. */
  workloadHash: z.string().nullable(),
  /** Where the generator ran. */
  machine: LoadMachine.nullable(),
  seconds: z.array(LoadSecond),
  resources: z.array(LoadResource).default([]),
  limit: StressLimit.nullable().default(null),
  coordinatedOmission: CoordinatedOmission.nullable().default(null),
  /** From this second on the generator, not the target, was the limit: no verdict on the target. */
  generatorLimited: z.object({ from: z.number(), why: z.string() }).nullable().default(null),
  /** The first thing that went wrong, in words. */
  firstError: z.string().nullable().optional(),
  /** Figures as another tool gave them, where it gave no single requests; `seconds` is then empty. */
  given: z
    .object({ durationMs: z.number(), total: LoadFigures, endpoints: z.record(z.string(), LoadFigures) })
    .optional(),
});
export type LoadRecord = z.infer<typeof LoadRecord>;
