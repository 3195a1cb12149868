import { z } from 'zod';
import { TargetKind } from './target';
import { ForestRow } from './trial';

/** The score of one report; null where it has none. */
export const HistoryScore = z.object({
  reportId: z.number().int(),
  title: z.string(),
  at: z.iso.datetime(),
  score: z.number().nullable(),
  grade: z.string().nullable(),
  /** Of 100: the weight of what was measured; two scores on different parts are not the same measure. */
  measuredWeight: z.number().nullable(),
});
export type HistoryScore = z.infer<typeof HistoryScore>;

/** One trial of a change, with what filters ask for; its target is null when it was removed since. */
export const HistoryChange = ForestRow.extend({
  changeId: z.number().int().nullable(),
  target: z.string().nullable(),
  targetKind: TargetKind.nullable(),
  optimization: z.string().nullable(),
});
export type HistoryChange = z.infer<typeof HistoryChange>;

export const HistoryView = z.object({
  stack: z.string(),
  /** Since when it is watched. */
  since: z.iso.datetime(),
  /** Oldest first. */
  scores: z.array(HistoryScore),
  /** Newest first. */
  changes: z.array(HistoryChange),
});
export type HistoryView = z.infer<typeof HistoryView>;
