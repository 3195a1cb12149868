import { z } from 'zod';
import { Origin } from './observe';

const num = z.number().nullable();
const since = z.iso.datetime().nullable();

/** Checkpoints, WAL and replication of a PostgreSQL server at one moment. Counters count from their own `since`. */
export const ServerState = z.object({
  readAt: z.iso.datetime(),
  standby: z.boolean(),
  /** Of this server as a standby: age of the newest transaction replayed; null when all that was received is replayed. */
  standbyLagMs: num,
  checkpoints: z.object({
    timed: z.number(),
    /** By WAL that reached max_wal_size, by CHECKPOINT, by backups. */
    requested: z.number(),
    writeMs: z.number(),
    syncMs: z.number(),
    /** Written by checkpoints, by the background writer, and by sessions that found no clean buffer. */
    bytes: z.number(),
    cleanerBytes: z.number(),
    sessionBytes: num,
    since,
  }),
  /** Null before PostgreSQL 14. */
  wal: z
    .object({
      bytes: z.number(),
      records: z.number(),
      fullPageImages: z.number(),
      /** Times that WAL was written because wal_buffers was full. */
      buffersFull: z.number(),
      since,
    })
    .nullable(),
  /** Null where this role may not list it. */
  walFolder: z.object({ files: z.number().int(), bytes: z.number() }).nullable(),
  archiver: z.object({ mode: z.string(), archived: z.number(), failed: z.number(), lastFailedAt: since }),
  /** Whether this role is shown the replicas' figures. */
  seesAll: z.boolean(),
  replicas: z.array(
    z.object({
      name: z.string(),
      client: z.string(),
      state: z.string().nullable(),
      sync: z.string().nullable(),
      /** From flushed here to visible there; null without recent traffic, or when not shown. */
      replayLagMs: num,
      unsentBytes: num,
      behindBytes: num,
    }),
  ),
  slots: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      active: z.boolean(),
      database: z.string().nullable(),
      /** reserved, extended, unreserved or lost: whether the WAL it needs is there. */
      walStatus: z.string().nullable(),
      retainedBytes: num,
    }),
  ),
});
export type ServerState = z.infer<typeof ServerState>;

export const ServerStateView = Origin.extend({ server: ServerState });
export type ServerStateView = z.infer<typeof ServerStateView>;
