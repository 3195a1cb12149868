import type { RedisSnapshot } from '@/lib/contracts/redis-snapshot';

/** What the Redis rules look at. */
export interface RedisContext {
  /** Target name. */
  target: string;
  snapshot: RedisSnapshot;
  /** Memory that the server may use, bytes, where its owner states it. */
  memoryBytes?: number | undefined;
}

/** A counter or gauge of INFO; null when this server does not tell it. */
export function infoNumber(snapshot: RedisSnapshot, field: string): number | null {
  const text = snapshot.info[field];
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
