import type { RedisPrefix, RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { RedisSession } from '@/lib/targets/redis/connect';
import type { OwnLookups } from './own';
import { permitted } from './permitted';

/** Bounds of one sample: some 20 SCAN calls and three cheap commands a key, once a minute. */
export const scanCount = 100;
export const maxScans = 20;
export const maxKeys = 1_000;
/** MEMORY USAGE looks into nested values (5 samples each) and is asked of fewer keys. */
export const maxMeasured = 200;
const batch = 50;

/** Length from which a key counts as big, by its type: bytes of a string, else members. RULES, from RedisInsight. */
export const bigFrom: Readonly<Record<string, number>> = {
  string: 100_000,
  hash: 5_000,
  set: 1_000,
  list: 1_000,
  zset: 1_000,
};
/** A string below this many bytes costs more for its key and bookkeeping than for itself. RULES, from RedisInsight. */
export const smallBelow = 200;
/** All in constant time. */
const lengthOf: Readonly<Record<string, string>> = {
  string: 'strlen',
  hash: 'hlen',
  set: 'scard',
  list: 'llen',
  zset: 'zcard',
};

/** A sample of the keys of the database of this connection, by prefix; bounded, and given up when aborted. */
export async function sampleKeys(
  session: RedisSession,
  own: OwnLookups,
  signal: AbortSignal,
): Promise<RedisSnapshot['keyspace']> {
  const { redis } = session;
  const size = await permitted(() => redis.dbsize());
  const found = await permitted(() => scan(session, signal));
  const groups = new Map<string, RedisPrefix>();
  const keys = found.value ?? [];
  let withTtl = 0;
  let sampled = 0;
  let refused = size.refused ?? found.refused;
  let lengthsMissing: string | null = null;
  for (let i = 0; i < keys.length && refused === null; i += batch) {
    signal.throwIfAborted();
    const part = keys.slice(i, i + batch);
    const looked = await permitted(() => look(session, own, part, i < maxMeasured));
    refused = looked.refused;
    const present = looked.value ?? [];
    let lengths: readonly (number | null)[] = [];
    if (lengthsMissing === null) {
      const asked = await permitted(() => measureLengths(session, own, present));
      lengths = asked.value ?? [];
      lengthsMissing = asked.refused;
    }
    present.forEach((key, n) => {
      sampled += 1;
      if (key.ttl) withTtl += 1;
      add(groups, key, lengths[n] ?? null);
    });
  }
  const prefixes = [...groups.values()]
    .sort((a, b) => b.keys - a.keys || a.prefix.localeCompare(b.prefix))
    .slice(0, 50);
  return { keys: size.value ?? 0, sampled, withTtl, prefixes, missing: refused, lengthsMissing };
}

async function scan(session: RedisSession, signal: AbortSignal): Promise<string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  for (let i = 0; i < maxScans && keys.size < maxKeys; i++) {
    signal.throwIfAborted();
    const [next, page] = await session.redis.scan(cursor, 'COUNT', scanCount);
    for (const key of page) keys.add(key);
    cursor = next;
    if (cursor === '0') break;
  }
  return [...keys].slice(0, maxKeys);
}

interface LookedAt {
  key: string;
  type: string;
  ttl: boolean;
  bytes: number | null;
}

async function look(
  session: RedisSession,
  own: OwnLookups,
  keys: string[],
  measure: boolean,
): Promise<LookedAt[]> {
  const { redis } = session;
  const looked = await Promise.all(
    keys.map(async (key): Promise<LookedAt | null> => {
      const [ttl, type] = await Promise.all([redis.ttl(key), redis.type(key)]);
      own.count(ttl !== -2);
      own.count(type !== 'none');
      // Gone since the scan: expired or deleted.
      if (ttl === -2 || type === 'none') return null;
      return { key, type, ttl: ttl >= 0, bytes: measure ? await memoryUsage(session, key) : null };
    }),
  );
  return looked.filter((k) => k !== null);
}

/** Length of each key: bytes of a string, else members; null for other types and for what is gone. */
async function measureLengths(
  session: RedisSession,
  own: OwnLookups,
  keys: readonly LookedAt[],
): Promise<(number | null)[]> {
  return Promise.all(
    keys.map(async ({ key, type }) => {
      const command = lengthOf[type];
      if (command === undefined) return null;
      try {
        const length = Number(await session.redis.call(command, key));
        own.count(length > 0);
        return length > 0 ? length : null;
      } catch (error) {
        // Replaced by a key of another type since it was looked at.
        if (!(error instanceof Error) || !error.message.startsWith('WRONGTYPE')) throw error;
        own.count(true);
        return null;
      }
    }),
  );
}

async function memoryUsage(session: RedisSession, key: string): Promise<number | null> {
  const { value } = await permitted(() => session.redis.memory('USAGE', key));
  return typeof value === 'number' ? value : null;
}

function add(
  groups: Map<string, RedisPrefix>,
  { key, type, ttl, bytes }: LookedAt,
  length: number | null,
): void {
  const prefix = prefixOf(key);
  const group = groups.get(prefix) ?? {
    prefix,
    keys: 0,
    withTtl: 0,
    bytes: null,
    measured: 0,
    types: {},
    examples: [],
    smallStrings: null,
    big: null,
  };
  group.keys += 1;
  if (length !== null) {
    const small = type === 'string' && length < smallBelow && !ttl;
    group.smallStrings = (group.smallStrings ?? 0) + (small ? 1 : 0);
    if (length > (bigFrom[type] ?? Number.POSITIVE_INFINITY)) {
      const longest = group.big === null || length > group.big.length ? { key, type, length } : group.big;
      group.big = { ...longest, keys: (group.big?.keys ?? 0) + 1 };
    }
  }
  if (ttl) group.withTtl += 1;
  if (bytes !== null) {
    group.bytes = (group.bytes ?? 0) + bytes;
    group.measured += 1;
  }
  group.types[type] = (group.types[type] ?? 0) + 1;
  if (group.examples.length < 3) group.examples.push(key);
  groups.set(prefix, group);
}

/**
 * The part of a key that names its kind: all parts before the last separator (`:`, `/`, `|`), where a part
 * that looks like an id is `*`. A key without a separator stands for itself, with digits as `*`.
 */
export function prefixOf(key: string): string {
  const parts = key.split(/([:/|])/);
  if (parts.length === 1) return key.replace(/\d+/g, '*').slice(0, 60);
  const kind = parts.slice(0, -1).map((part) => (isId(part) ? '*' : part));
  return kind.join('').slice(0, 60);
}

const isId = (part: string) => /^\d+$|\d{3}/.test(part) || /^[0-9a-f]{8}[0-9a-f-]{4,}$/i.test(part);
