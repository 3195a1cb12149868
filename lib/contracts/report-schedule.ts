import { z } from 'zod';

/** Monday is 1, as in ISO 8601. */
export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export const ScheduleInput = z.object({
  stack: z.string().min(1),
  enabled: z.boolean(),
  /** The week ends on this day, 1 (Monday) to 7 … */
  weekday: z.number().int().min(1).max(7).default(1),
  /** … at this hour, UTC. */
  hour: z.number().int().min(0).max(23).default(6),
  notifierIds: z.array(z.number().int()).max(20).default([]),
});
export type ScheduleInput = z.infer<typeof ScheduleInput>;

export const SendReportInput = z.object({ stack: z.string().min(1) });

export const ScheduleView = z.object({
  stack: z.string(),
  enabled: z.boolean(),
  weekday: z.number().int(),
  hour: z.number().int(),
  notifierIds: z.array(z.number().int()),
  /** When the next one is due; null while it is off. */
  nextAt: z.iso.datetime().nullable(),
  /** Asked for and not written yet. */
  requestedAt: z.iso.datetime().nullable(),
  last: z
    .object({
      reportId: z.number().int().nullable(),
      at: z.iso.datetime(),
      /** Notifiers it was handed to. */
      notifiers: z.number().int(),
    })
    .nullable(),
  /** Why the newest attempt failed; null when it did not. It is tried again. */
  error: z.string().nullable(),
});
export type ScheduleView = z.infer<typeof ScheduleView>;
