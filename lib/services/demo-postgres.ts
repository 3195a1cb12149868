import fs from 'node:fs/promises';
import path from 'node:path';
import { keepRunning } from './keep-running';
import type { Say, Service } from './lifecycle';
import { PostgresCluster } from './postgres-cluster';

/**
 * The demo's own PostgreSQL: default settings but for pg_stat_statements, which Ratchet reads. Started again when
 * it crashes; always at the address it had.
 */
export class DemoPostgres implements Service {
  readonly name = 'demo-pg';
  readonly cluster: PostgresCluster;
  #stopping = false;

  constructor(readonly options: { dataDir: string; say: Say }) {
    const { dataDir } = options;
    this.cluster = new PostgresCluster({
      dataDir: path.join(dataDir, 'demo', 'postgres'),
      logFile: path.join(dataDir, 'logs', 'demo-postgres.log'),
      settings: ['shared_preload_libraries=pg_stat_statements'],
    });
  }

  get url(): string {
    return this.cluster.url('demo');
  }

  describe(): string {
    return `PostgreSQL on port ${this.cluster.port}`;
  }

  async start(): Promise<void> {
    const { dataDir, say } = this.options;
    for (const folder of ['demo', 'logs']) await fs.mkdir(path.join(dataDir, folder), { recursive: true });
    await this.cluster.start();
    await this.cluster.createDatabase('demo');
    const { url } = this;
    void keepRunning({
      name: this.name,
      say,
      exited: () => this.cluster.exited(),
      stopping: () => this.#stopping,
      restart: async () => {
        await this.cluster.restart();
        // A stop that came in the meantime may have found nothing to stop.
        if (this.#stopping) return this.cluster.stop();
        if (this.url !== url) throw new Error('another program took its port in between');
      },
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.cluster.stop();
  }
}
