import type { RedisPrefix, RedisSnapshot } from '@/lib/contracts/redis-snapshot';

/** Words in the names of keys that hold what is nowhere else. */
const dataWords =
  /(^|[^a-z])(accounts?|balances?|carts?|configs?|counters?|inventory|jobs?|locks?|orders?|payments?|queues?|sequences?|settings?|stock|streams?|users?)([^a-z]|$)/i;

/** Types that copies of data seldom have. */
const dataTypes = ['list', 'set', 'zset', 'stream'];

/**
 * Why keys may be data that is nowhere else, and not copies of it, so that Ratchet does not make them expire; null where
 * nothing speaks for that. It errs towards data: the rest is a person's to decide.
 */
export function looksLikeData(
  { prefix, types }: Pick<RedisPrefix, 'prefix' | 'types'>,
  config: RedisSnapshot['config'],
): string | null {
  const type = dataTypes.find((t) => types[t] !== undefined);
  if (type !== undefined) return `some are of the type ${type}, as queues and indexes are`;
  const word = dataWords.exec(prefix)?.[2];
  if (word !== undefined) return `their name says "${word}"`;
  if (config?.appendonly === 'yes')
    return 'the server writes every change to disk (appendonly), as a store of data does';
  return null;
}
