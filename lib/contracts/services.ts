import { z } from 'zod';
import { HttpSnapshot } from './http-snapshot';
import { FindingLink, Origin } from './observe';

const num = z.number().nullable();

/** One endpoint over the window of the newest reading. Times in ms. */
export const EndpointRow = z.object({
  /** `METHOD route`; empty for all together. */
  name: z.string(),
  requests: z.number(),
  perSecond: num,
  p50: num,
  p95: num,
  p99: num,
  errors: num,
  /** Share of the requests of the service, 0..1; null without requests. */
  share: num,
  findings: z.array(FindingLink),
});
export type EndpointRow = z.infer<typeof EndpointRow>;

export const ServiceView = Origin.extend({
  /** The histogram the figures come from, or why there is none. */
  histogram: z.string().nullable(),
  missing: z.string().nullable(),
  /** Length of the window, s; null: since the service started. */
  windowSeconds: num,
  total: EndpointRow.nullable(),
  endpoints: z.array(EndpointRow),
  probe: HttpSnapshot.shape.probe,
  /** Null when they were not read, and why. */
  knobs: HttpSnapshot.shape.knobs,
  knobsMissing: HttpSnapshot.shape.knobsMissing,
});
export type ServiceView = z.infer<typeof ServiceView>;
