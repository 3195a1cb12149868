import { z } from 'zod';
import { MixRequest, ParameterSource, TlsTrust } from './target';

/** `replay` sends what a log holds at the times it holds; the others follow stages. */
export const LoadKind = z.enum(['ramp', 'spike', 'stress', 'endurance', 'rate', 'replay']);
export type LoadKind = z.infer<typeof LoadKind>;

/**
 * `closed`: users that wait for each response before the next request. `open`: requests that arrive at a rate,
 * whether or not earlier ones were answered; latency counts from when each was due.
 */
export const LoadModel = z.enum(['closed', 'open']);
export type LoadModel = z.infer<typeof LoadModel>;

export const LoadStage = z.object({
  /** 0: jump to `level`. */
  durationMs: z.number().int().min(0).max(86_400_000),
  /** Users (closed) or requests a second (open) at the end of the stage; a straight line from the level before. */
  level: z.number().min(0).max(1_000_000),
});
export type LoadStage = z.infer<typeof LoadStage>;

export const LoadMetric = z.enum(['p50', 'p90', 'p95', 'p99', 'average', 'errors', 'throughput']);
export type LoadMetric = z.infer<typeof LoadMetric>;

/**
 * A bound on a metric: an upper one, for throughput a lower one. Whether it holds is judged on the whole run. With `stop`
 * the run ends as soon as every second of the last `holdMs` broke it.
 */
export const LoadThreshold = z.object({
  /** Name of an endpoint; all requests when absent. */
  endpoint: z.string().optional(),
  metric: LoadMetric,
  /** ms; a share from 0 to 1 for errors; requests a second for throughput. */
  limit: z.number().min(0),
  holdMs: z.number().int().min(1_000).max(3_600_000).default(10_000),
  stop: z.boolean().default(false),
});
export type LoadThreshold = z.infer<typeof LoadThreshold>;

/** What a stress test does after its last stage: one more step of the level at a time, until a limit is found. */
export const StressSearch = z.object({
  /** Users or requests a second added by each step. */
  step: z.number().positive(),
  stepMs: z.number().int().min(1_000).max(600_000),
  /** It ends here at the latest. */
  maxLevel: z.number().positive(),
  until: z.object({
    /** p95 of a step above this, ms. Default: the latency of the profile's objective. */
    p95Ms: z.number().positive().optional(),
    /** Share of failed requests above this. */
    errors: z.number().min(0).max(1).default(0.01),
    /** Throughput of a step grew by less than this share of what the added load should bring. */
    growth: z.number().min(0).max(1).default(0.1),
  }),
});
export type StressSearch = z.infer<typeof StressSearch>;

export const LoadProfile = z.object({
  kind: LoadKind,
  model: LoadModel,
  startLevel: z.number().min(0).default(0),
  /** Empty for a replay. */
  stages: z.array(LoadStage).max(500),
  /** Pause of a user after each response, drawn evenly from this range (closed model). */
  thinkTime: z
    .object({ minMs: z.number().min(0), maxMs: z.number().min(0).max(3_600_000) })
    .default({ minMs: 0, maxMs: 0 }),
  thresholds: z.array(LoadThreshold).max(100).default([]),
  requestTimeoutMs: z.number().int().min(10).max(600_000).default(30_000),
  keepAlive: z.boolean().default(true),
  http: z.enum(['1.1', '2']).default('1.1'),
  /** Most requests in flight at once (open model); what is due beyond that is dropped and counted as dropped. */
  maxInFlight: z.number().int().min(1).max(50_000).default(2_000),
  /** A response body larger than this is cut off and counted as an error. */
  maxBodyBytes: z
    .number()
    .int()
    .min(1)
    .default(16 * 1024 * 1024),
  /** Service level objective: the latency that a request should keep, ms. */
  slo: z.object({ latencyMs: z.number().positive() }).default({ latencyMs: 200 }),
  stress: StressSearch.optional(),
});
export type LoadProfile = z.infer<typeof LoadProfile>;

/** What a response must be to count as a success. Without `status`: any of 200 to 299, and 304. */
export const Expectation = z.object({
  /** Statuses, and ranges of them with both ends included. */
  status: z.array(z.union([z.number().int(), z.tuple([z.number().int(), z.number().int()])])).optional(),
  bodyIncludes: z.string().optional(),
  /** A regular expression (JavaScript, with the flag `u`). */
  bodyMatches: z.string().optional(),
});
export type Expectation = z.infer<typeof Expectation>;

/** One endpoint in a mix: placeholders not yet resolved. */
export const LoadRequest = MixRequest.extend({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  expect: Expectation.optional(),
});
export type LoadRequest = z.infer<typeof LoadRequest>;

/** A mix file: requests, and where the values of their placeholders come from. */
export const LoadMix = z.object({
  requests: z.array(LoadRequest).min(1).max(1_000),
  parameters: z.record(z.string(), ParameterSource).default({}),
});
export type LoadMix = z.infer<typeof LoadMix>;

/** One endpoint, ready to be sent. */
export const LoadProbe = LoadRequest.extend({
  /** One set of placeholder values per request, taken in turn; empty when the request has none. */
  rows: z.array(z.record(z.string(), z.string())).default([]),
});
export type LoadProbe = z.infer<typeof LoadProbe>;

/** What is sent, whatever the profile. */
export const LoadWorkload = z.object({
  /** Names are unique. */
  probes: z.array(LoadProbe).min(1).max(1_000),
  seed: z.number().int().min(0).default(1),
  /** Replay only, ascending: [ms since the start, index of the probe]. Rows of a probe are taken in order. */
  arrivals: z
    .array(z.tuple([z.number().min(0), z.number().int().min(0)]))
    .max(500_000)
    .optional(),
});
export type LoadWorkload = z.infer<typeof LoadWorkload>;

/** Where a load goes: only to this origin, redirects are not followed. */
export const LoadTarget = z.object({ name: z.string(), baseUrl: z.url(), tls: TlsTrust.optional() });
export type LoadTarget = z.infer<typeof LoadTarget>;

export const LoadPlan = LoadWorkload.extend({ profile: LoadProfile, target: LoadTarget });
export type LoadPlan = z.infer<typeof LoadPlan>;

/** Stands in a record where a header's value is secret. */
export const SECRET = '(secret)';
