import type { Socket } from 'node:net';
import pg from 'pg';
import type { Connection } from '../contracts/target';
import type { SqlProbe } from '../contracts/workload';
import { now, reason, type Sent } from './senders';

type PostgresConnection = Extract<Connection, { kind: 'postgres' }>;

/** Values stay text: the generator measures the server, not the driver's conversions. */
const asText = { getTypeParser: () => (value: string | Buffer) => value };

/**
 * One client's own connection to one Postgres target.
 *
 * Statements go out as unnamed parameterised statements (parse, bind, execute in one round trip), not as
 * named prepared ones. A named statement turns to a generic plan after five executions, and PostgreSQL
 * makes that choice from costs it gathered before, so what ran in one arm would still steer the plans of
 * the other. Unnamed, each execution is planned for its own values on the catalogue as it is now:
 * nothing is carried over between arms. The price is that planning time is part of the latency, as it is
 * for most drivers' default.
 */
export class SqlClient {
  readonly #url: string;
  readonly #timeoutMs: number;
  #client: pg.Client | null = null;

  constructor(connection: PostgresConnection, o: { writes: boolean; timeoutMs: number }) {
    this.#url = o.writes ? (connection.operatorUrl ?? connection.url) : connection.url;
    this.#timeoutMs = o.timeoutMs;
  }

  /** Opens the connection when it is not open. Throws the driver's error. */
  async connect(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: 'ratchet-probe',
      connectionTimeoutMillis: 10_000,
      // The server's own timeout comes first; this one is for a server that does not answer any more.
      query_timeout: this.#timeoutMs + 2_000,
      types: asText,
    });
    client.on('error', () => this.#drop(client));
    try {
      await client.connect();
      // search_path is left as the role and database have it: statements mean what they mean in production.
      await client.query(
        `set /* ratchet */ statement_timeout = ${Math.round(this.#timeoutMs)}; set /* ratchet */ default_transaction_read_only = on; ` +
          'set /* ratchet */ idle_in_transaction_session_timeout = 60000',
      );
    } catch (error) {
      this.#drop(client);
      throw error;
    }
    this.#client = client;
    return client;
  }

  async send(probe: SqlProbe, turn: number, changed: boolean): Promise<Sent> {
    const values = probe.rows[turn % probe.rows.length] ?? [];
    // `extended` even without parameters: that protocol takes one statement only.
    const text = changed ? (probe.instead ?? probe.sql) : probe.sql;
    const query = { text, values, rowMode: 'array' as const, queryMode: 'extended' };
    let started = now();
    try {
      const client = await this.connect();
      if (probe.mode === 'rollback') await client.query('begin read write');
      started = now();
      let ms: number;
      let error: string | null = null;
      try {
        await client.query(query);
        ms = now() - started;
      } catch (failure) {
        ms = now() - started;
        if (!isServerError(failure) || this.#client !== client) {
          this.#drop(client);
          return { ms, error: reason(failure), broken: true };
        }
        error = reason(failure);
      }
      if (probe.mode === 'rollback') await client.query('rollback');
      return { ms, error, broken: false };
    } catch (failure) {
      const ms = now() - started;
      if (this.#client) this.#drop(this.#client);
      return { ms, error: reason(failure), broken: true };
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]).catch(
      () => {},
    );
    socketOf(client)?.destroy();
  }

  /** Closes at once, without the goodbye that a dead server would not answer. */
  #drop(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
    socketOf(client)?.destroy();
  }
}

/** The server answered with an error, so the connection itself is still good (unless it was a FATAL one). */
function isServerError(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC';
}

/** The driver has no public way to cut a connection without talking over it. */
function socketOf(client: pg.Client): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}
