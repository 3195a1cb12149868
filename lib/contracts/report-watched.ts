import { z } from 'zod';
import { Severity } from './finding';
import { TargetKind } from './target';

/** What a figure that is watched all the time tells of. */
export const WatchedArea = z.enum(['cache', 'memory', 'pool', 'volume']);
export type WatchedArea = z.infer<typeof WatchedArea>;

/** One series over the time of a report: of all its samples. */
export const WatchedFigure = z.object({
  area: WatchedArea,
  target: z.string(),
  /** Container or table; empty where the metric has none. */
  label: z.string(),
  /** One of lib/contracts/metrics, or a quotient of two of them. */
  metric: z.string(),
  title: z.string(),
  unit: z.string(),
  mean: z.number(),
  least: z.number(),
  most: z.number(),
  last: z.number(),
  samples: z.number().int(),
});
export type WatchedFigure = z.infer<typeof WatchedFigure>;

export const ReportWatched = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  figures: z.array(WatchedFigure),
  /** What was sampled of each target in that time. */
  monitoring: z.array(
    z.object({ target: z.string(), kind: TargetKind, series: z.number().int(), samples: z.number().int() }),
  ),
  /** The rules that watch the stack, as they stood when the report was written. */
  alertRules: z.array(
    z.object({
      name: z.string(),
      severity: Severity,
      enabled: z.boolean(),
      /** Null: every target that has the metric. */
      target: z.string().nullable(),
      /** In words: "p95 above 200 ms for 60 s". */
      condition: z.string(),
      /** How many are told. */
      notifiers: z.number().int(),
    }),
  ),
});
export type ReportWatched = z.infer<typeof ReportWatched>;
