import { z } from 'zod';
import { FindingView } from './finding';
import { TargetView } from './target';
import { ForestRow, TrialSummary } from './trial';

/** One tile: the newest value and where it came from. `value` null: not measured. */
export const Tile = z.object({
  id: z.enum(['p95', 'throughput', 'hit-ratio', 'database-time', 'memory', 'connections']),
  title: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  /** For example "of 100" or "goal under 200 ms". */
  note: z.string().nullable(),
  /** Mean over the previous window of the same length, for comparison. */
  previous: z.number().nullable(),
  better: z.enum(['lower', 'higher', 'neither']),
  spark: z.array(z.object({ t: z.number(), v: z.number().nullable() })),
});
export type Tile = z.infer<typeof Tile>;

export const Overview = z.object({
  stack: z.string(),
  stacks: z.array(z.string()),
  at: z.iso.datetime(),
  headline: z.string(),
  sub: z.string(),
  targets: z.array(TargetView),
  tiles: z.array(Tile),
  findings: z.array(FindingView),
  forest: z.array(ForestRow),
  running: z.array(TrialSummary),
});
export type Overview = z.infer<typeof Overview>;
