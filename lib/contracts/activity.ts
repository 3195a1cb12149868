import { z } from 'zod';
import { Origin } from './observe';

const ms = z.number().nullable();

/** Sessions of a PostgreSQL server at one moment. Texts of statements are without constants: they may be data. */
export const Session = z.object({
  pid: z.number().int(),
  user: z.string().nullable(),
  database: z.string().nullable(),
  application: z.string(),
  client: z.string().nullable(),
  state: z.string(),
  /** What it waits for: type and event, for example "Lock: transactionid". */
  waitsFor: z.string().nullable(),
  /** Since it is in this state, and since its transaction began. */
  stateMs: ms,
  transactionMs: ms,
  query: z.string(),
});
export type Session = z.infer<typeof Session>;

export const BlockedSession = Session.extend({
  blockedBy: z.array(z.number().int()),
  /** The lock that is not granted: mode and relation, where it is on one. */
  wants: z.string(),
});
export type BlockedSession = z.infer<typeof BlockedSession>;

export const Activity = z.object({
  readAt: z.iso.datetime(),
  used: z.number().int(),
  max: z.number().int(),
  states: z.array(z.object({ state: z.string(), sessions: z.number().int(), longestMs: ms })),
  applications: z.array(
    z.object({
      application: z.string(),
      user: z.string().nullable(),
      sessions: z.number().int(),
      active: z.number().int(),
      idleInTransaction: z.number().int(),
    }),
  ),
  waits: z.array(z.object({ waitsFor: z.string(), sessions: z.number().int() })),
  /** Sessions that do something or hold a transaction open, the longest transaction first. */
  busy: z.array(Session),
  busyLeftOut: z.number().int(),
  blocked: z.array(BlockedSession),
});
export type Activity = z.infer<typeof Activity>;

export const ActivityView = Origin.extend({ activity: Activity });
export type ActivityView = z.infer<typeof ActivityView>;
