import { z } from 'zod';

export const defaultShareDays = 7;
export const mostShareDays = 90;

export const ShareInput = z.object({
  /** Whole days until the link ends. */
  days: z.number().int().min(1).max(mostShareDays).default(defaultShareDays),
  /** Who it is for, as a reminder. */
  note: z.string().trim().max(80).default(''),
});
export type ShareInput = z.infer<typeof ShareInput>;

/** A link as listed: never the link itself, of which only a hash is kept. */
export const ShareView = z.object({
  id: z.number().int(),
  reportId: z.number().int(),
  report: z.string(),
  note: z.string(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  uses: z.number().int(),
});
export type ShareView = z.infer<typeof ShareView>;
