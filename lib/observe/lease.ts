import pg from 'pg';

/** First key of the advisory locks of leases ("obsv" in ASCII), so that they meet no other lock of the store. */
export const leaseClass = 0x6f627376;

/**
 * Leases on targets, held as session advisory locks of one connection to the store: one worker observes a target
 * at a time, and the leases of a worker that dies are free as soon as its connection is gone.
 */
export class Leases {
  #client: pg.Client | null = null;
  #connecting: Promise<pg.Client> | null = null;
  #held = new Set<number>();
  #closed = false;
  /** Calls take turns: the driver runs one query at a time on a connection. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly url: string) {}

  /** True when this worker holds the lease of the target, taking it when it is free. Throws when the store is down. */
  hold(targetId: number): Promise<boolean> {
    return this.#held.has(targetId) ? Promise.resolve(true) : this.#inTurn(() => this.#take(targetId));
  }

  async #take(targetId: number): Promise<boolean> {
    const client = await this.#connected();
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS got', [
      leaseClass,
      targetId,
    ]);
    if (rows[0]?.got !== true || this.#client !== client) return false;
    this.#held.add(targetId);
    return true;
  }

  /** Gives the lease back, if it is held. */
  release(targetId: number): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#held.delete(targetId) || !this.#client) return;
      await this.#client.query('SELECT pg_advisory_unlock($1, $2)', [leaseClass, targetId]);
    });
  }

  /** Ends the connection, and with it all leases. */
  async close(): Promise<void> {
    this.#closed = true;
    const client = this.#client ?? (await this.#connecting?.catch(() => null)) ?? null;
    this.#lost(client);
    await client?.end();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    // The next in turn goes on whatever became of this one; its own caller is told.
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #connected(): Promise<pg.Client> {
    if (this.#closed) throw new Error('the leases are closed');
    if (this.#client) return this.#client;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'ratchet-leases',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    await client.connect();
    this.#client = client;
    return client;
  }

  /** With the connection all locks are gone: another worker may hold them by now. */
  #lost(client: pg.Client | null): void {
    if (client !== this.#client) return;
    this.#client = null;
    this.#held.clear();
  }
}
