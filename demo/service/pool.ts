import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** Connections opened before the first request, and kept. */
const warmed = 10;
/** A connection is replaced after so many uses: what a long-lived backend has collected is freed. */
const mostUses = 10_000;
/** Above the warmed ones, a connection that nobody used for so long is closed, ms. */
const idleMs = 30_000;
/** Longest wait for a connection, ms. */
const waitMs = 5_000;

/** A pool of connections that knows how long its users waited. */
export class ServicePool {
  readonly #pool: pg.Pool;
  readonly #size: number;
  /** Connections handed out, those that had to be waited for because all were in use, and the wait, seconds. */
  readonly counts = { taken: 0, waited: 0, waitSeconds: 0, timeouts: 0 };

  constructor(config: pg.ClientConfig, size: number, onConnect: () => void) {
    this.#size = size;
    this.#pool = new pg.Pool({
      ...config,
      min: Math.min(warmed, size),
      max: size,
      maxUses: mostUses,
      idleTimeoutMillis: idleMs,
      connectionTimeoutMillis: waitMs,
    });
    this.#pool.on('connect', onConnect);
    // An idle connection that the server closed is replaced at its next use.
    this.#pool.on('error', (error) => console.error('pool:', error.message));
  }

  /** Opens the first connections, so that the first requests do not wait for them. */
  async warm(): Promise<void> {
    const clients = await Promise.all(
      Array.from({ length: Math.min(warmed, this.#size) }, () => this.#pool.connect()),
    );
    for (const client of clients) client.release();
  }

  /** @throws when none is free in time. */
  async take(): Promise<pg.PoolClient> {
    const full = this.#pool.idleCount === 0 && this.#pool.totalCount >= this.#size;
    const started = performance.now();
    try {
      const client = await this.#pool.connect();
      this.counts.taken += 1;
      return client;
    } catch (error) {
      this.counts.timeouts += 1;
      throw error;
    } finally {
      if (full) this.counts.waited += 1;
      this.counts.waitSeconds += (performance.now() - started) / 1000;
    }
  }

  get state(): { size: number; open: number; idle: number; waiting: number } {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { size: this.#size, open, idle, waiting };
  }

  /** Resolves when everybody who waits was served, all connections were given back, and are closed. */
  async end(): Promise<void> {
    // The library forgets those who wait when it is told to end.
    while (this.#pool.waitingCount > 0) await pause(10);
    await this.#pool.end();
  }
}
