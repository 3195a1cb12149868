import { z } from 'zod';

/** Keys of the SCAN sample that share a prefix (up to the first `:`; ids are replaced by `*`). */
export const RedisPrefix = z.object({
  prefix: z.string(),
  /** Sampled keys with it. */
  keys: z.number().int(),
  /** Of these, how many have a time to live. */
  withTtl: z.number().int(),
  /** MEMORY USAGE of those measured, bytes, and how many these are; null when it may not be asked. */
  bytes: z.number().nullable(),
  measured: z.number().int(),
  types: z.record(z.string(), z.number().int()),
  /** A few of them. */
  examples: z.array(z.string()),
});
export type RedisPrefix = z.infer<typeof RedisPrefix>;

/** What the heavy collector reads from one Redis server. */
export const RedisSnapshot = z.object({
  takenAt: z.iso.datetime(),
  version: z.string(),
  /** INFO, all sections, as the server spells it. */
  info: z.record(z.string(), z.string()),
  /** CONFIG GET of what rules and remedies look at; null when it may not be read. */
  config: z.record(z.string(), z.string()).nullable(),
  configMissing: z.string().nullable(),
  /** SLOWLOG LEN; null when it may not be read. */
  slowLogLength: z.number().int().nullable(),
  /** Newest slow log entries; arguments are left out, as they may hold data. */
  slowLog: z.array(z.object({ at: z.iso.datetime(), ms: z.number(), command: z.string() })),
  keyspace: z.object({
    /** Keys in the database that is looked at. */
    keys: z.number(),
    /** Keys looked at; less than `keys` when it is a sample. */
    sampled: z.number().int(),
    withTtl: z.number().int(),
    prefixes: z.array(RedisPrefix),
    missing: z.string().nullable(),
  }),
});
export type RedisSnapshot = z.infer<typeof RedisSnapshot>;
