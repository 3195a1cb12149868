import type { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { RedisSession } from '@/lib/targets/redis/connect';

/** Round trips older than this tell nothing of now, ms. */
const windowMs = 10 * 60_000;
/** A p99 needs a hundred. */
const fewest = 100;
/** At each heavy reading, so that the window is not of the moments between two readings alone. */
const usual = 20;
/** A server that answers slowly is not asked for longer than this at a time, ms. */
const longestMs = 2_000;

/** Round trips of PING over the last ten minutes: one a vitals reading, and some at each heavy one. */
export class PingWindow {
  #seen: { ms: number; at: number }[] = [];

  add(ms: number, at: number): void {
    this.#seen.push({ ms, at });
    this.#seen = this.#seen.filter((p) => at - p.at <= windowMs);
  }

  /** Sends PINGs one after another until there are enough for a p99; at least 20, for at most two seconds. */
  async measure({ redis }: RedisSession, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const wanted = Math.max(usual, fewest - this.#seen.length);
    for (let i = 0; i < wanted && performance.now() - started < longestMs; i++) {
      signal.throwIfAborted();
      const sent = performance.now();
      await redis.ping();
      const at = performance.now();
      this.add(at - sent, at);
    }
  }

  /** Null before there is any. With fewer than a hundred the p99 is the longest. */
  read(): RedisSnapshot['pings'] {
    const sorted = this.#seen.map((p) => p.ms).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
    const p50 = at(0.5);
    const p99 = at(0.99);
    return p50 === undefined || p99 === undefined ? null : { count: sorted.length, p50, p99 };
  }
}
