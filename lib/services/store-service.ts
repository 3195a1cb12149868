import fs from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { withoutPassword } from '@/lib/store/client';
import type { Say, Service } from './lifecycle';
import { PostgresCluster } from './postgres-cluster';

export interface StoreServiceOptions {
  dataDir: string;
  /** A server to use instead of the embedded one. */
  databaseUrl?: string | undefined;
  say: Say;
  /** The store is gone for good. */
  onGone(message: string): void;
}

const RESTARTS = 3;

/**
 * The store's server: the one at `databaseUrl`, or an embedded cluster in `<dataDir>/store`, started again
 * when it crashes. Writes its address to `<dataDir>/run/store.json`, readable by the owner only.
 */
export class StoreService implements Service {
  readonly name = 'store';
  #cluster: PostgresCluster | null = null;
  #url = '';
  #version = '';
  #stopping = false;

  constructor(readonly options: StoreServiceOptions) {}

  get url(): string {
    return this.#url;
  }

  get pid(): number | undefined {
    return this.#cluster?.pid;
  }

  describe(): string {
    if (!this.#cluster) return `PostgreSQL ${this.#version} at ${withoutPassword(this.#url)}`;
    return `PostgreSQL ${this.#version} on port ${this.#cluster.port}`;
  }

  async start(): Promise<void> {
    const { dataDir, databaseUrl } = this.options;
    if (databaseUrl) this.#url = databaseUrl;
    else await this.#startCluster(dataDir);
    if (this.#stopping) return;
    this.#version = await serverVersion(this.#url);
    const file = path.join(dataDir, 'run', 'store.json');
    await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await fs.rm(file, { force: true });
    await fs.writeFile(file, `${JSON.stringify({ url: this.#url, pid: process.pid })}\n`, { mode: 0o600 });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await fs.rm(path.join(this.options.dataDir, 'run', 'store.json'), { force: true });
    await this.#cluster?.stop();
  }

  async #startCluster(dataDir: string): Promise<void> {
    await fs.mkdir(path.join(dataDir, 'logs'), { recursive: true });
    this.#cluster = new PostgresCluster({
      dataDir: path.join(dataDir, 'store'),
      logFile: path.join(dataDir, 'logs', 'store.log'),
      port: 54_321,
      // One machine shares this with what it measures: small memory, and room for web, worker and CLI.
      settings: [
        'shared_buffers=64MB',
        'max_connections=60',
        'wal_level=minimal',
        'max_wal_senders=0',
        'max_wal_size=256MB',
      ],
    });
    await this.#cluster.start();
    await this.#cluster.createDatabase('ratchet');
    this.#url = this.#cluster.url('ratchet');
    void this.#watch(this.#cluster);
  }

  async #watch(cluster: PostgresCluster): Promise<void> {
    for (let crashes = 1; ; crashes += 1) {
      const code = await cluster.exited();
      if (this.#stopping) return;
      if (crashes > RESTARTS) {
        this.options.onGone(`The store's PostgreSQL ended ${crashes} times. See ${cluster.options.logFile}.`);
        return;
      }
      this.options.say(
        `! store     PostgreSQL ended (${code ?? 'by a signal'}); starting it again (${crashes} of ${RESTARTS})`,
      );
      try {
        await cluster.restart();
        if (cluster.url('ratchet') !== this.#url) {
          throw new AppError('conflict', `another program took port ${new URL(this.#url).port} in between`);
        }
        if (!this.#stopping) this.options.say('✓ store     runs again');
      } catch (error) {
        if (this.#stopping) return;
        this.options.onGone(
          `The store's PostgreSQL could not be started again: ${error instanceof Error ? error.message : error}`,
        );
        return;
      }
    }
  }
}

async function serverVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ v: string; n: number }>(
      "select current_setting('server_version') as v, current_setting('server_version_num')::int as n",
    );
    const row = rows[0];
    if (row && row.n < 140_000) {
      throw new AppError(
        'unsupported',
        `The store needs PostgreSQL 14 or newer; ${withoutPassword(url)} is ${row.v}.`,
      );
    }
    return row?.v.split(' ')[0] ?? '';
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(
      'unreachable',
      `The store does not answer at ${withoutPassword(url)}: ${why}. Check DATABASE_URL.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
