import { z } from 'zod';
import { Connection } from '../contracts/target';
import type { EncodedHistogram, GeneratorHealth } from '../contracts/trial-record';
import { Workload } from '../contracts/workload';

/** What the generator process is told once. Holds secrets: it travels over IPC, never in arguments. */
export const GeneratorConfig = z.object({
  workload: Workload,
  connections: z.record(z.string(), Connection),
  /** Origins that may be called, over all HTTP targets. */
  allowedOrigins: z.array(z.string()),
  requestTimeoutMs: z.number().positive(),
});
export type GeneratorConfig = z.infer<typeof GeneratorConfig>;

export const SegmentOptions = z.object({
  /** Length of the measured window, ms. */
  ms: z.number().positive(),
  /** Load before the window that is not recorded, ms. */
  warmupMs: z.number().min(0),
  /** Probe that must get `minRequests` responses … */
  minRequestsOf: z.string().optional(),
  minRequests: z.number().int().min(0).optional(),
  /** … for which the window grows to at most this, ms. Default: no growth. */
  maxMs: z.number().positive().optional(),
  /** The changes of the trial are applied: probes that then have another statement send that one. */
  changed: z.boolean().optional(),
  /** Run only these probes. Default: all. */
  only: z.array(z.string()).min(1).optional(),
});
export type SegmentOptions = z.infer<typeof SegmentOptions>;

export interface EndpointResult {
  errors: number;
  /** Responses in the window, failed ones too. */
  count: number;
  histogram: EncodedHistogram;
}

export interface SegmentResult {
  /** Start of the measured window, ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** By probe name. Every probe of the workload occurs, also with count 0. */
  endpoints: Record<string, EndpointResult>;
  generator: GeneratorHealth;
  firstError?: string;
}

export type ToGenerator =
  | { type: 'start'; config: GeneratorConfig }
  | { type: 'segment'; id: number; options: SegmentOptions }
  | { type: 'stop' };

export type FromGenerator =
  | { type: 'booted' }
  | { type: 'ready' }
  | { type: 'segment'; id: number; result: SegmentResult }
  | { type: 'failed'; code: 'unreachable' | 'bad-input' | 'internal'; message: string };
