import type pg from 'pg';
import { pause } from '@/lib/time/pause';
import {
  connectObserver,
  type PostgresConnection,
  postgresAddress,
  withObserver,
  withServerErrors,
} from './connect';

interface Kept {
  client: pg.Client;
  busy: boolean;
  /** Since `closeUnused` was called last. */
  used: boolean;
}

/** A server that hangs is not waited for, ms. */
const goodbyeMs = 1_000;

/**
 * Observer connections kept from one use to the next, one for each database, for a reader that comes again and again: what
 * is remembered with a connection, as of the catalogue, it need not read anew.
 */
export class KeptObservers {
  readonly #kept = new Map<string, Kept>();

  /** Runs `fn` as withObserver does, over the kept connection where there is one that works. `fn` may run twice. */
  readonly with = async <T>(conn: PostgresConnection, fn: (client: pg.Client) => Promise<T>): Promise<T> => {
    const { url } = conn;
    const known = this.#kept.get(url);
    if (known?.busy) return withObserver(conn, fn);
    if (known) {
      try {
        return await this.#use(known, fn);
      } catch {
        // It may be the connection that failed, as after a restart of the server: a new one shows it, or tells why.
        this.#forget(url);
      }
    }
    const fresh = { client: await connectObserver(conn), busy: true, used: true };
    this.#kept.set(url, fresh);
    try {
      return await withServerErrors(postgresAddress(url), () => this.#use(fresh, fn));
    } catch (error) {
      this.#forget(url);
      throw error;
    }
  };

  /** Ends the connections that were not used since the last call. */
  closeUnused(): void {
    for (const [url, kept] of this.#kept) {
      if (!kept.used && !kept.busy) this.#forget(url);
      kept.used = false;
    }
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    const ends = [...this.#kept.keys()].map((url) => this.#forget(url));
    await Promise.race([Promise.all(ends), pause(goodbyeMs)]);
  }

  async #use<T>(kept: Kept, fn: (client: pg.Client) => Promise<T>): Promise<T> {
    kept.busy = true;
    kept.used = true;
    try {
      return await fn(kept.client);
    } finally {
      kept.busy = false;
    }
  }

  /** Ending a connection that the server has already cut rejects; there is nothing left to release then. */
  #forget(url: string): Promise<void> | undefined {
    const end = this.#kept.get(url)?.client.end();
    this.#kept.delete(url);
    return end?.catch(() => undefined);
  }
}
