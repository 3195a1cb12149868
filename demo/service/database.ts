import pg from 'pg';
import { ServicePool } from './pool';

export interface DatabaseSettings {
  /** Keep connections open between requests. */
  pooling: boolean;
  /** Most connections of the pool. */
  poolSize: number;
  /** Plan each statement once for each connection. */
  preparedStatements: boolean;
}

/** What the queries need of a connection. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** A connection in use. */
interface Held {
  client: pg.Client | pg.PoolClient;
  end(broken: boolean): Promise<void> | void;
}

export const connectionName = 'demo-api';
/** Longest statement, ms: on the server, and a little more for its answer. */
const statementTimeoutMs = 30_000;
/** Slower statements are written to the log, ms. */
const slowMs = 500;

/**
 * The database of the service. Without pooling: one connection per piece of work, opened and closed each time,
 * which is what a team has that never thought about a pool. That cost is real: a TCP connection, a SCRAM
 * handshake and a new backend process.
 */
export class Database {
  readonly #config: pg.ClientConfig;
  readonly #names = new Map<string, string>();
  #settings: DatabaseSettings = { pooling: false, poolSize: 50, preparedStatements: false };
  #pool: ServicePool | null = null;
  /** Counted since the start of the service. */
  readonly counts = { connects: 0, slow: 0 };

  constructor(url: string) {
    this.#config = {
      connectionString: url,
      application_name: connectionName,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 5_000,
    };
  }

  get pool(): ServicePool | null {
    return this.#pool;
  }

  /** Work under way ends on the connection that it has; resolves when new work uses the new settings. */
  async configure(settings: DatabaseSettings): Promise<void> {
    const { pooling, poolSize } = settings;
    const before = this.#pool;
    const same = pooling === (before !== null) && (!pooling || poolSize === this.#settings.poolSize);
    if (!same) {
      const next = pooling ? new ServicePool(this.#config, poolSize, () => this.counts.connects++) : null;
      await next?.warm();
      this.#pool = next;
      void before?.end();
    }
    this.#settings = settings;
  }

  /** Runs work that queries; it gets a connection with its first query, and none if it has no query. */
  async use<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    let held: Promise<Held> | null = null;
    let over = false;
    let broken = false;
    const db: Queryable = {
      query: async (text, values) => {
        // A load that goes on in the background after its request has been answered has a connection of its own.
        if (over) return this.use((own) => own.query(text, values));
        held ??= this.#hold();
        try {
          return await this.#run((await held).client, text, values);
        } catch (error) {
          // Without a code of the server it was the connection that failed.
          broken ||= !(error instanceof pg.DatabaseError);
          throw error;
        }
      },
    };
    try {
      return await work(db);
    } finally {
      over = true;
      const one = await (held as Promise<Held> | null)?.catch(() => null);
      await one?.end(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool?.end();
  }

  async #hold(): Promise<Held> {
    const pool = this.#pool;
    if (pool) {
      const client = await pool.take();
      return { client, end: (broken) => client.release(broken) };
    }
    this.counts.connects += 1;
    const client = new pg.Client(this.#config);
    // A connection that breaks while no query runs; the next query reports it.
    client.on('error', () => undefined);
    await client.connect();
    return { client, end: () => client.end() };
  }

  async #run<Row extends pg.QueryResultRow>(client: Held['client'], text: string, values: unknown[] = []) {
    const started = performance.now();
    try {
      return await client.query<Row>({ text, values, ...this.#named(text) });
    } finally {
      const ms = performance.now() - started;
      if (ms >= slowMs) {
        this.counts.slow += 1;
        console.warn(`slow statement, ${Math.round(ms)} ms: ${text.replace(/\s+/g, ' ').trim()}`);
      }
    }
  }

  /** The same text has the same name on every connection. */
  #named(text: string): { name?: string } {
    if (!this.#settings.preparedStatements) return {};
    const name = this.#names.get(text) ?? `s${this.#names.size}`;
    this.#names.set(text, name);
    return { name };
  }
}
