import { z } from 'zod';
import { Knob } from './knobs';

/** One route as its service's histogram tells it, over the window of the snapshot. Times in ms. */
export const HttpRoute = z.object({
  /** `METHOD route`, as in a mix; empty for all routes together. */
  name: z.string(),
  /** Requests in the window. */
  requests: z.number(),
  perSecond: z.number().nullable(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  /** Share of answers with status 5xx, 0..1. */
  errors: z.number().nullable(),
});
export type HttpRoute = z.infer<typeof HttpRoute>;

/** What the heavy collector reads from one HTTP service. */
export const HttpSnapshot = z.object({
  takenAt: z.iso.datetime(),
  probe: z
    .object({
      path: z.string(),
      status: z.number().int(),
      ms: z.number(),
      bytes: z.number(),
      /** Headers that rules look at, lower case. */
      headers: z.record(z.string(), z.string()),
    })
    .nullable(),
  /** Name of the histogram read, and why there is none. */
  histogram: z.string().nullable(),
  metricsMissing: z.string().nullable(),
  /** How long the window of the routes is; null when it is all the time since the service started. */
  windowSeconds: z.number().nullable(),
  routes: z.array(HttpRoute),
  /** Null when they were not read, and why. */
  knobs: z.array(Knob).nullable().default(null),
  knobsMissing: z.string().nullable().default(null),
});
export type HttpSnapshot = z.infer<typeof HttpSnapshot>;
