/** Where a value came from. */
export type Level = 'local' | 'redis' | 'source';

export interface LatencyQuantiles {
  /** Of the latest calls, at most 1,024; null before the first. Milliseconds. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface CacheStatistics {
  hits: { local: number; redis: number };
  misses: number;
  /** Calls of a loader, and how many of those failed. */
  loads: number;
  loadErrors: number;
  /** Calls that waited for a load begun by another call. */
  joined: number;
  earlyRefreshes: number;
  /** Time to the value, by where it came from. */
  latencyMs: Record<Level, LatencyQuantiles>;
  /** Of the values written to Redis. */
  bytes: { before: number; after: number };
  invalidations: { sent: number; received: number };
  /** Calls to Redis that failed, were not answered in time, and were not made because Redis was resting. */
  redis: { reachable: boolean; errors: number; timeouts: number; skipped: number };
  /** Writes that Redis refused because a tag was invalidated while the value was loading. */
  refused: number;
  /** Values that could not be turned into JSON or back. */
  codecErrors: number;
  local: { entries: number; bytes: number; evictions: number };
}

/** A window of the latest values, and their quantiles. */
class Window {
  readonly #values = new Float64Array(1024);
  #count = 0;

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  quantiles(): LatencyQuantiles {
    const sorted = this.#values.slice(0, Math.min(this.#count, this.#values.length)).sort();
    // Nearest rank.
    const at = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}

/** Counters since the cache was made. */
export class Counters {
  hits = { local: 0, redis: 0 };
  misses = 0;
  loads = 0;
  loadErrors = 0;
  joined = 0;
  earlyRefreshes = 0;
  bytes = { before: 0, after: 0 };
  invalidations = { sent: 0, received: 0 };
  redis = { errors: 0, timeouts: 0, skipped: 0 };
  refused = 0;
  codecErrors = 0;
  readonly #latency: Record<Level, Window> = {
    local: new Window(),
    redis: new Window(),
    source: new Window(),
  };

  took(level: Level, ms: number): void {
    this.#latency[level].add(ms);
  }

  read(reachable: boolean, local: CacheStatistics['local']): CacheStatistics {
    return {
      hits: { ...this.hits },
      misses: this.misses,
      loads: this.loads,
      loadErrors: this.loadErrors,
      joined: this.joined,
      earlyRefreshes: this.earlyRefreshes,
      latencyMs: {
        local: this.#latency.local.quantiles(),
        redis: this.#latency.redis.quantiles(),
        source: this.#latency.source.quantiles(),
      },
      bytes: { ...this.bytes },
      invalidations: { ...this.invalidations },
      redis: { reachable, ...this.redis },
      refused: this.refused,
      codecErrors: this.codecErrors,
      local,
    };
  }
}
