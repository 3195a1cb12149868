import { Redis } from 'ioredis';

/** What the service keeps in Redis: requests per user and minute, and the last messages of a conversation. */
export class Usage {
  readonly #redis: Redis | null;

  /** `url` undefined: there is no Redis, and nothing is counted. */
  constructor(url: string | undefined) {
    this.#redis = url
      ? new Redis(url, { maxRetriesPerRequest: 1, connectionName: 'demo-api', commandTimeout: 2_000 })
      : null;
    // A lost connection is retried by the client; requests that meet it fail and are counted as errors.
    this.#redis?.on('error', (error) => console.error('redis:', error.message));
  }

  async ping(): Promise<void> {
    await this.#redis?.ping();
  }

  /** Counts a request of a user in the present minute; returns how many there were, 0 without Redis. */
  async count(userId: string): Promise<number> {
    if (!this.#redis) return 0;
    const key = `usage:${userId}:${Math.floor(Date.now() / 60_000)}`;
    const count = await this.#redis.incr(key);
    await this.#redis.expire(key, 120);
    return count;
  }

  /** The summary written for a user not long ago, if it is still there. */
  async recentReply(userId: string): Promise<string | null> {
    return (await this.#redis?.get(`reply:${userId}`)) ?? null;
  }

  async keepReply(userId: string, reply: string): Promise<void> {
    await this.#redis?.set(`reply:${userId}`, reply);
  }

  close(): void {
    this.#redis?.disconnect();
  }
}
