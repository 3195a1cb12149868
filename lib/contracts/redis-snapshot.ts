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
  /** Strings under 200 B without a time to live; null when lengths may not be asked. */
  smallStrings: z.number().int().nullable().default(null),
  /** Of those whose length is past what is usual for their type, the longest; see `bigFrom` of the key sample. */
  big: z
    .object({ keys: z.number().int(), key: z.string(), type: z.string(), length: z.number() })
    .nullable()
    .default(null),
});
export type RedisPrefix = z.infer<typeof RedisPrefix>;

/** Connections to a server, without Ratchet's own. */
export const RedisClients = z.object({
  connections: z.number().int(),
  /** Most connections from one address first. */
  addresses: z.array(z.object({ address: z.string(), connections: z.number().int() })),
  /** Seconds since their last command of ordinary clients (no replicas, subscribers, monitors or waiting ones), longest first. */
  idleSeconds: z.array(z.number()),
});
export type RedisClients = z.infer<typeof RedisClients>;

/** What counters of INFO gained between two readings. */
export const RedisRecent = z.object({
  seconds: z.number().positive(),
  evictedKeys: z.number(),
  rejectedConnections: z.number(),
  /** Connections that were accepted. */
  newConnections: z.number(),
});
export type RedisRecent = z.infer<typeof RedisRecent>;

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
  slowLog: z.array(
    z.object({
      at: z.iso.datetime(),
      ms: z.number(),
      command: z.string(),
      /** Sent by Ratchet itself. */
      own: z.boolean().default(false),
    }),
  ),
  keyspace: z.object({
    /** Keys in the database that is looked at. */
    keys: z.number(),
    /** Keys looked at; less than `keys` when it is a sample. */
    sampled: z.number().int(),
    withTtl: z.number().int(),
    prefixes: z.array(RedisPrefix),
    missing: z.string().nullable(),
    /** Why the lengths of keys are not known. */
    lengthsMissing: z.string().nullable().default(null),
  }),
  /** Null when CLIENT LIST may not be read, or there are too many to list. */
  clients: RedisClients.nullable().default(null),
  clientsMissing: z.string().nullable().default('not read yet'),
  /** Over the last minutes; null at the first reading. */
  recent: RedisRecent.nullable().default(null),
  /** Round trips of PING as Ratchet saw them over the last minutes, ms. */
  pings: z.object({ count: z.number().int(), p50: z.number(), p99: z.number() }).nullable().default(null),
  /** Whether the default user signs in without a password; null when that may not be read. */
  passwordless: z.boolean().nullable().default(null),
  /** Memory that the server may use, bytes, where its process is in sight. */
  memory: z.object({ bytes: z.number(), source: z.string(), own: z.boolean() }).nullable().default(null),
});
export type RedisSnapshot = z.infer<typeof RedisSnapshot>;
