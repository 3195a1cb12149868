import { z } from 'zod';
import { FindingLink, Origin } from './observe';
import { RedisPrefix } from './redis-snapshot';

const num = z.number().nullable();

/** One kind of command as `INFO commandstats` counts it since the server started, Ratchet's own among them. */
export const CommandRow = z.object({
  command: z.string(),
  calls: z.number(),
  /** Share of the time of all commands, 0..1. */
  share: z.number(),
  totalMs: z.number(),
  perCallMs: z.number(),
  /** From `INFO latencystats`; null before Redis 7, or where the server does not track it. */
  p50Ms: num,
  p99Ms: num,
  rejected: num,
  failed: num,
});
export type CommandRow = z.infer<typeof CommandRow>;

export const CacheView = Origin.extend({
  /** Seconds since the server started. */
  uptime: num,
  memory: z.object({
    used: num,
    rss: num,
    peak: num,
    dataset: num,
    max: num,
    policy: z.string().nullable(),
    fragmentation: num,
    allocator: z.string().nullable(),
  }),
  /** Since the server started. */
  keys: z.object({
    hits: num,
    misses: num,
    expired: num,
    evicted: num,
    databases: z.array(z.object({ name: z.string(), keys: z.number(), expires: z.number() })),
  }),
  clients: z.object({ connected: num, blocked: num, max: num, rejected: num }),
  persistence: z.array(z.object({ label: z.string(), value: z.string(), bad: z.boolean() })),
  replication: z.array(z.object({ label: z.string(), value: z.string(), bad: z.boolean() })),
  commands: z.array(CommandRow),
  slowLog: z.object({
    /** Entries the server holds; null when it may not be read. */
    length: num,
    thresholdMs: num,
    entries: z.array(z.object({ at: z.iso.datetime(), ms: z.number(), command: z.string() })),
  }),
  sample: z.object({
    keys: z.number(),
    sampled: z.number().int(),
    withTtl: z.number().int(),
    prefixes: z.array(RedisPrefix),
    missing: z.string().nullable(),
  }),
  findings: z.array(FindingLink),
});
export type CacheView = z.infer<typeof CacheView>;

/** Keys of one prefix in a large sample taken on demand. */
export const MemoryPrefix = z.object({
  prefix: z.string(),
  keys: z.number().int(),
  /** Keys of it whose memory was measured, and the mean of those, bytes. */
  measured: z.number().int(),
  meanBytes: num,
  /** What all its keys take, from the mean and its share of the sample; null when none was measured. */
  estimatedBytes: num,
  largest: z.object({ key: z.string(), bytes: z.number() }).nullable(),
});
export type MemoryPrefix = z.infer<typeof MemoryPrefix>;

export const MemorySample = Origin.extend({
  readAt: z.iso.datetime(),
  tookMs: z.number(),
  keys: z.number(),
  sampled: z.number().int(),
  measured: z.number().int(),
  /** All keys were looked at. */
  whole: z.boolean(),
  prefixes: z.array(MemoryPrefix),
});
export type MemorySample = z.infer<typeof MemorySample>;
