import { z } from 'zod';
import { LoadMix, LoadProbe, LoadWorkload } from './load';

/** Files that a workload can be made from. */
export const LoadFileKind = z.enum(['har', 'access-log', 'openapi', 'mix']);
export type LoadFileKind = z.infer<typeof LoadFileKind>;

/** A workload as a source gives it: what to send, what was changed on the way, and what could not be taken. */
export const LoadSource = z.object({
  mix: LoadMix,
  /** Said to the person: secrets that were dropped, what was assumed. */
  notes: z.array(z.string()),
  leftOut: z.array(z.object({ what: z.string(), requests: z.number().int(), why: z.string() })),
  /** What was recorded, request by request with its times; null for sources that have none. */
  replay: z
    .object({
      probes: z.array(LoadProbe),
      arrivals: LoadWorkload.shape.arrivals.unwrap(),
      durationMs: z.number(),
    })
    .nullable(),
});
export type LoadSource = z.infer<typeof LoadSource>;

/** A file whose kind may be left to be recognised. */
export const LoadFileQuery = z.object({
  stack: z.string(),
  /** HTTP target the workload is for: a HAR is cut down to its origin, and its base path is taken off. */
  target: z.string().optional(),
  file: z.string().max(300),
  kind: LoadFileKind.optional(),
  /** Take requests that change data too. Default: those of a HAR and a mix file only. */
  writes: z.stringbool().optional(),
  /** A replay with so many times the requests over the same time. */
  factor: z.coerce.number().min(0.01).max(100).optional(),
});
export type LoadFileQuery = z.infer<typeof LoadFileQuery>;
