import { infoNumber, type RedisContext } from './types';

/** Lookups from which an instance counts as read like a cache. */
export const fewestLookups = 1_000;
/** Sampled keys with a time to live from which an instance counts as a cache that also holds lasting keys. */
const fewestExpiring = 0.2;

/** Lookups since the server started or its statistics were reset. */
export function lookupsOf({ snapshot }: Pick<RedisContext, 'snapshot'>): number {
  return (infoNumber(snapshot, 'keyspace_hits') ?? 0) + (infoNumber(snapshot, 'keyspace_misses') ?? 0);
}

/** Used as a cache: it is read, and keys are meant to go, by a time to live or because it may evict any of them. */
export function isCache(context: RedisContext): boolean {
  const { keyspace, config } = context.snapshot;
  const expiring = keyspace.withTtl / Math.max(1, keyspace.sampled);
  const evicts = config?.['maxmemory-policy']?.startsWith('allkeys-') === true && config.maxmemory !== '0';
  return lookupsOf(context) >= fewestLookups && (expiring >= fewestExpiring || evicts);
}
