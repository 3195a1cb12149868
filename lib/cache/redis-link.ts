import { Redis, ReplyError } from 'ioredis';
import { Breaker } from './breaker';
import type { Script } from './scripts';
import type { Counters } from './statistics';

/** What ioredis takes as arguments of a command. */
export type Argument = string | Buffer | number;

/** A call that Redis did not answer in time, refused, or was not asked because it is not answering. */
export class RedisUnavailable extends Error {}

/** The longest wait between two attempts to connect, ms. */
const longestPauseMs = 1_000;

/** A connection that gives up at once when there is no server, and comes back by itself. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    connectionName: 'cache',
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(longestPauseMs, 50 * 2 ** Math.min(attempt, 5)),
  });
  // Without a listener an error of the connection would end the process; calls report it themselves.
  redis.on('error', () => undefined);
  return redis;
}

/** Commands to Redis, each with a time limit and behind a breaker: the cache never waits long for its server. */
export class RedisLink {
  readonly #redis: Redis;
  readonly #breaker = new Breaker();
  readonly #counters: Counters;
  readonly #timeoutMs: number;

  constructor(url: string, timeoutMs: number, counters: Counters) {
    this.#redis = connectRedis(url);
    this.#timeoutMs = timeoutMs;
    this.#counters = counters;
  }

  get reachable(): boolean {
    return this.#redis.status === 'ready' && !this.#breaker.open;
  }

  /** Waits for the connection, at most `ms`. */
  async ready(ms: number): Promise<void> {
    if (this.#redis.status === 'ready') return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#redis.off('ready', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#redis.once('ready', done);
    });
  }

  /** @throws RedisUnavailable. */
  call<T>(send: (redis: Redis) => Promise<T>, timeoutMs = this.#timeoutMs): Promise<T> {
    if (!this.#breaker.allows(performance.now())) {
      this.#counters.redis.skipped += 1;
      return Promise.reject(new RedisUnavailable('Redis did not answer lately'));
    }
    return new Promise<T>((resolve, reject) => {
      let over = false;
      const fail = (why: string, cause?: unknown) => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        reject(new RedisUnavailable(why, { cause }));
      };
      const timer = setTimeout(() => {
        this.#counters.redis.timeouts += 1;
        this.#breaker.failed(performance.now());
        fail(`Redis did not answer in ${timeoutMs} ms`);
      }, timeoutMs);
      send(this.#redis).then(
        (value) => {
          if (over) return;
          over = true;
          clearTimeout(timer);
          this.#breaker.succeeded();
          resolve(value);
        },
        (error: unknown) => {
          if (over) return;
          this.#counters.redis.errors += 1;
          // A refusal (read-only, out of memory) is an answer: the server is there.
          if (error instanceof ReplyError) this.#breaker.succeeded();
          else this.#breaker.failed(performance.now());
          fail(error instanceof Error ? error.message : String(error), error);
        },
      );
    });
  }

  /** Runs a script, sending its text only when the server does not know it. @throws RedisUnavailable. */
  script(script: Script, keys: string[], args: Argument[], timeoutMs?: number): Promise<unknown> {
    return this.call(async (redis) => {
      try {
        return await redis.evalsha(script.sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return redis.eval(script.lua, keys.length, ...keys, ...args);
      }
    }, timeoutMs);
  }

  close(): void {
    this.#redis.disconnect();
  }
}
