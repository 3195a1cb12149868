import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { prefixOf } from '@/lib/observe/collectors/redis/keyspace';

/** Most keys of one change (they are recorded one by one), keys at a time, keys a SCAN looks at, and the most SCANs. */
export const limits = { keys: 2_000, batch: 100, scanCount: 500, scans: 4_000 };
/** Between two SCANs and two batches, so that others are served as before, ms. */
const pauseMs = 10;
/** A deadline read in whole seconds, from a clock that may be another, s. */
const clockSlackSeconds = 2;

/** Keys that were given the same time to live. */
export interface GivenTtl {
  /** Seconds since 1970. */
  deadline: number;
  keys: string[];
}

/** Keys of a prefix (as the collector names it) without a time to live, in batches; at most so many in all. */
export async function* scanLasting(redis: Redis, prefix: string, most: number): AsyncGenerator<string[]> {
  let cursor = '0';
  let left = most;
  const seen = new Set<string>();
  let batch: string[] = [];
  for (let i = 0; i < limits.scans && left > 0; i++) {
    const [next, page] = await redis.scan(cursor, 'MATCH', `${globOf(prefix)}*`, 'COUNT', limits.scanCount);
    const own = page.filter((key) => prefixOf(key) === prefix && !seen.has(key));
    for (const key of own) seen.add(key);
    const ttls = await Promise.all(own.map((key) => redis.ttl(key)));
    batch.push(...own.filter((_, n) => ttls[n] === -1));
    while (batch.length >= limits.batch && left > 0) {
      const part = batch.slice(0, Math.min(limits.batch, left));
      batch = batch.slice(part.length);
      left -= part.length;
      yield part;
    }
    cursor = next;
    if (cursor === '0') break;
    await pause(pauseMs);
  }
  const rest = batch.slice(0, left);
  if (rest.length > 0) yield rest;
}

/** `*` in the name of a prefix stands for an id already; the other signs of a pattern are meant as they are. */
const globOf = (prefix: string) => prefix.replace(/[[\]?\\]/g, '\\$&');

/** Gives keys that still have none a time to live. Keys that are gone are no error. */
export async function expireBatch(redis: Redis, { deadline, keys }: GivenTtl): Promise<void> {
  const lasting = await withTtl(redis, keys, (ttl) => ttl === -1);
  await Promise.all(lasting.map((key) => expireOne(redis, key, deadline)));
  await pause(pauseMs);
}

/** NX closes the gap between looking and setting; servers before 7 do not know it. */
async function expireOne(redis: Redis, key: string, deadline: number): Promise<void> {
  try {
    await redis.call('EXPIREAT', key, deadline, 'NX');
  } catch (error) {
    if (!(error instanceof Error) || !/syntax error|wrong number of arguments/i.test(error.message))
      throw error;
    await redis.expireat(key, deadline);
  }
}

/**
 * Takes the time to live from those keys that have the one that was given. A key that was written anew since has none, or
 * one of its own that stays.
 */
export async function persistBatch(redis: Redis, { deadline, keys }: GivenTtl): Promise<void> {
  const now = Date.now() / 1000;
  const ours = await withTtl(
    redis,
    keys,
    (ttl) => ttl >= 0 && Math.abs(now + ttl - deadline) <= clockSlackSeconds,
  );
  await Promise.all(ours.map((key) => redis.persist(key)));
  await pause(pauseMs);
}

async function withTtl(
  redis: Redis,
  keys: readonly string[],
  fits: (ttl: number) => boolean,
): Promise<string[]> {
  const ttls = await Promise.all(keys.map((key) => redis.ttl(key)));
  return keys.filter((_, i) => fits(ttls[i] ?? -2));
}
