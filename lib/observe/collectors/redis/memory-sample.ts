import type { MemoryPrefix } from '@/lib/contracts/cache';
import { AppError } from '@/lib/contracts/error';
import type { RedisSession } from '@/lib/targets/redis/connect';
import { prefixOf } from './keyspace';
import { permitted } from './permitted';

/** Bounds of one sample: at most 10,000 keys by at most 40 SCAN calls, 500 of them measured, 50 at a time. */
export const bounds = { keys: 10_000, scans: 40, scanCount: 500, measured: 500, batch: 50, prefixes: 100 };

export interface Sampled {
  keys: number;
  sampled: number;
  measured: number;
  whole: boolean;
  prefixes: MemoryPrefix[];
}

/**
 * Where the memory of a server goes, by key prefix: a bounded SCAN, and MEMORY USAGE of keys spread evenly over what it
 * found. Neither counts as a lookup, so the server's hit ratio stays what it was; expiry is not looked at for that reason.
 * @throws AppError privilege-missing when SCAN is not allowed; the signal's reason when aborted
 */
export async function sampleMemory(session: RedisSession, signal: AbortSignal): Promise<Sampled> {
  const { redis } = session;
  const size = await permitted(() => redis.dbsize());
  const found = await permitted(() => scan(session, signal));
  if (found.value === null)
    throw new AppError('privilege-missing', `The keys cannot be sampled: ${found.refused ?? 'refused'}.`);
  const { keys, whole } = found.value;
  const bytes = await measure(session, evenly(keys, bounds.measured), signal);
  const total = size.value ?? keys.length;
  return {
    keys: total,
    sampled: keys.length,
    measured: bytes.size,
    whole,
    prefixes: byPrefix(keys, bytes, whole ? keys.length : Math.max(total, keys.length)),
  };
}

async function scan(session: RedisSession, signal: AbortSignal): Promise<{ keys: string[]; whole: boolean }> {
  const keys = new Set<string>();
  let cursor = '0';
  for (let i = 0; i < bounds.scans && keys.size < bounds.keys; i++) {
    signal.throwIfAborted();
    const [next, page] = await session.redis.scan(cursor, 'COUNT', bounds.scanCount);
    for (const key of page) keys.add(key);
    cursor = next;
    if (cursor === '0') break;
  }
  return { keys: [...keys].slice(0, bounds.keys), whole: cursor === '0' && keys.size <= bounds.keys };
}

async function measure(
  session: RedisSession,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (let i = 0; i < keys.length; i += bounds.batch) {
    signal.throwIfAborted();
    const batch = keys.slice(i, i + bounds.batch);
    const answers = await permitted(() =>
      Promise.all(batch.map((key) => session.redis.memory('USAGE', key))),
    );
    if (answers.value === null) break;
    answers.value.forEach((value, k) => {
      const key = batch[k];
      // Null for a key that expired meanwhile.
      if (typeof value === 'number' && key !== undefined) bytes.set(key, value);
    });
  }
  return bytes;
}

/** At most `most` of the items, spread evenly over all of them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}

/**
 * Keys and memory by prefix, the largest first. A prefix's estimate is its mean × its share of the sample × all keys.
 * @param total keys of the whole database
 */
export function byPrefix(
  keys: readonly string[],
  bytes: ReadonlyMap<string, number>,
  total: number,
): MemoryPrefix[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const prefix = prefixOf(key);
    const members = groups.get(prefix);
    if (members) members.push(key);
    else groups.set(prefix, [key]);
  }
  const rows = [...groups].map(([prefix, members]): MemoryPrefix => {
    const measured = members.flatMap((key) => {
      const size = bytes.get(key);
      return size === undefined ? [] : [{ key, bytes: size }];
    });
    const sum = measured.reduce((all, m) => all + m.bytes, 0);
    const mean = measured.length === 0 ? null : sum / measured.length;
    return {
      prefix,
      keys: members.length,
      measured: measured.length,
      meanBytes: mean,
      estimatedBytes: mean === null ? null : mean * (members.length / keys.length) * total,
      largest: measured.reduce<MemoryPrefix['largest']>(
        (most, m) => (most === null || m.bytes > most.bytes ? m : most),
        null,
      ),
    };
  });
  return rows
    .sort((a, b) => (b.estimatedBytes ?? -1) - (a.estimatedBytes ?? -1) || b.keys - a.keys)
    .slice(0, bounds.prefixes);
}
