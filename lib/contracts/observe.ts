import { z } from 'zod';
import { Severity } from './finding';
import { TargetView } from './target';

/** Which target a page of one kind shows: the named one, else the first of its kind. */
export const ObserveQuery = z.object({ stack: z.string(), target: z.string().optional() });
export type ObserveQuery = z.infer<typeof ObserveQuery>;

/** An open finding on what a row shows. */
export const FindingLink = z.object({
  number: z.number().int(),
  severity: Severity,
  title: z.string(),
});
export type FindingLink = z.infer<typeof FindingLink>;

/** Where the figures of a page come from. `takenAt` null: the target has not been read yet. */
export const Origin = z.object({
  target: TargetView,
  takenAt: z.iso.datetime().nullable(),
});
export type Origin = z.infer<typeof Origin>;
