import { z } from 'zod';

export const Arm = z.enum(['before', 'after']);
export type Arm = z.infer<typeof Arm>;

export const Metric = z.enum(['p50', 'p95', 'throughput', 'errors']);
export type Metric = z.infer<typeof Metric>;

/** An HdrHistogram V2 (compressed, base64). One unit of it is `msPerUnit` milliseconds. */
export const EncodedHistogram = z.object({ base64: z.string().min(1), msPerUnit: z.number().positive() });
export type EncodedHistogram = z.infer<typeof EncodedHistogram>;

/**
 * What one endpoint or statement did in one segment. Latencies are of every request that ended in the
 * segment, failed ones too; `errors` says how many of them failed.
 */
export const EndpointSamples = z
  .object({
    errors: z.number().int().min(0),
    latenciesMs: z.array(z.number().min(0)).optional(),
    histogram: EncodedHistogram.optional(),
    /** How long this endpoint was under load, where that is not the whole segment (endpoints that take turns), ms. */
    durationMs: z.number().positive().optional(),
  })
  .refine((e) => (e.latenciesMs === undefined) !== (e.histogram === undefined), {
    message: 'give either latenciesMs or histogram',
  });
export type EndpointSamples = z.infer<typeof EndpointSamples>;

export const GeneratorHealth = z.object({
  /** CPU seconds of the generator process per second of the segment. */
  cpuShare: z.number().min(0),
  /** 99th percentile of the event loop's delay, ms; over endpoints that take turns, their mean weighted by time. */
  eventLoopDelayP99Ms: z.number().min(0),
  /** Requests sent later than due by more than 10 ms (open model only). */
  lateSends: z.number().int().min(0),
});
export type GeneratorHealth = z.infer<typeof GeneratorHealth>;

export const RecordSegment = z.object({
  round: z.number().int().min(0),
  /** Numbers all segments of the trial in time. */
  order: z.number().int().min(0),
  arm: Arm,
  startedAt: z.string(),
  durationMs: z.number().positive(),
  endpoints: z.record(z.string(), EndpointSamples),
  generator: GeneratorHealth.optional(),
  /** Why the round this segment belongs to does not count. */
  void: z.string().optional(),
});
export type RecordSegment = z.infer<typeof RecordSegment>;

/** The goal: what the change is meant to improve. `endpoint` is a name that occurs in the segments. */
export const Goal = z.object({ endpoint: z.string(), metric: Metric });
export type Goal = z.infer<typeof Goal>;

/** The evidence of one trial, enough for anyone to compute its verdict again. */
export const TrialRecord = z.object({
  schema: z.literal(1),
  title: z.string().optional(),
  /** Practical margin: relative differences within it are too small to matter. */
  margin: z.number().positive().max(0.5).default(0.05),
  /** Seeds the coin tosses and every resampling. */
  seed: z.number().int().min(0).default(1),
  /** `separated`: before-rounds then after-rounds, judged on the ratio to the control endpoints. */
  design: z.enum(['interleaved', 'separated']).default('interleaved'),
  /** Endpoints the change cannot touch (separated design). */
  control: z.array(z.string()).default([]),
  goal: Goal.optional(),
  /** An A/A trial: nothing was changed between the arms. */
  unchanged: z.boolean().optional(),
  segments: z.array(RecordSegment).min(1),
});
export type TrialRecord = z.infer<typeof TrialRecord>;
