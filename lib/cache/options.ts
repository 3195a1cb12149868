import type { LocalLimits } from './local-level';

export interface CacheSettings {
  /** Whether values are kept in this process too. */
  local: boolean;
  /** Values of at least so many bytes are compressed in Redis. */
  compressionThresholdBytes: number;
}

export interface CacheOptions extends Partial<CacheSettings> {
  /** Null: this process's memory is the only level. */
  redisUrl: string | null;
  /** Prefix of every key in Redis. */
  namespace: string;
  limits?: Partial<LocalLimits>;
  /** Longest wait for Redis in one call, ms. */
  timeoutMs?: number;
  /**
   * How long a process that has lost Redis serves what it loaded itself, ms. Meanwhile it is not told of
   * invalidations by others: 0 is strict, and sends every read to the source while Redis is away.
   */
  detachedMs?: number;
}

export const defaults = {
  local: true,
  compressionThresholdBytes: 1024,
  limits: { maxEntries: 10_000, maxBytes: 64 * 1024 * 1024 },
  timeoutMs: 100,
  detachedMs: 1_000,
} as const;

/** Whether an invalidation is known to hold in every process, and if not, why. */
export type Invalidated = { everywhere: true } | { everywhere: false; why: string };
