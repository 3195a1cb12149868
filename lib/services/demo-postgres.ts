import fs from 'node:fs/promises';
import path from 'node:path';
import { type Repeating, repeat } from '@/lib/time/repeat';
import { putEntries } from './auto-conf';
import { keepRunning } from './keep-running';
import type { Say, Service } from './lifecycle';
import { PostgresCluster } from './postgres-cluster';
import {
  type AutoConf,
  answerRestart,
  demoClusterDir,
  forgetRestarts,
  lookEveryMs,
  takeRestart,
} from './restart-request';

/**
 * The demo's own PostgreSQL: default settings but for pg_stat_statements, which Ratchet reads. Started again when
 * it crashes, and when a change of settings asks for it; always at the address it had.
 */
export class DemoPostgres implements Service {
  readonly name = 'demo-pg';
  readonly cluster: PostgresCluster;
  #stopping = false;
  /** It was asked to restart: that it ends meanwhile is no crash. */
  #asked: Promise<unknown> | null = null;
  /** It is started again after a crash. */
  #recovering = false;
  #looking: Repeating | null = null;

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
    await forgetRestarts(dataDir);
    await this.cluster.start();
    await this.cluster.createDatabase('demo');
    const { url } = this;
    this.#looking = repeat(lookEveryMs, () =>
      this.#answerRequest(url).catch((error: Error) => say(`! ${this.name.padEnd(9)} ${error.message}`)),
    );
    void keepRunning({
      name: this.name,
      say,
      exited: () => this.#exitedUnasked(),
      stopping: () => this.#stopping,
      restart: async () => {
        this.#recovering = true;
        try {
          await this.#restart(url);
        } finally {
          this.#recovering = false;
        }
      },
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // Stopped first: a restart that is under way ends with it.
    await this.cluster.stop();
    await this.#looking?.stop();
    await this.cluster.stop();
  }

  async #exitedUnasked(): Promise<void> {
    for (;;) {
      await this.cluster.exited();
      if (this.#asked === null) return;
      await this.#asked;
    }
  }

  async #restart(url: string): Promise<void> {
    await this.cluster.restart();
    // A stop that came in the meantime may have found nothing to stop.
    if (this.#stopping) return this.cluster.stop();
    if (this.url !== url) throw new Error('another program took its port in between');
  }

  async #answerRequest(url: string): Promise<void> {
    if (this.#stopping || this.#recovering) return;
    const { dataDir, say } = this.options;
    const request = await takeRestart(dataDir);
    if (request === null) return;
    say(`· ${this.name.padEnd(9)} restarts: a change of settings was told to`);
    const asked = this.#restartOrFallBack(url, request.fallback);
    this.#asked = asked;
    const error = await asked;
    this.#asked = null;
    if (!this.#stopping)
      say(
        error === null
          ? `✓ ${this.name.padEnd(9)} runs again`
          : `! ${this.name.padEnd(9)} ${error.split('\n')[0]}`,
      );
    await answerRestart(dataDir, request.id, error);
  }

  /** Why it does not run with what it was asked to, or null. Never rejects. */
  async #restartOrFallBack(url: string, fallback: AutoConf): Promise<string | null> {
    const why = (error: unknown) => (error instanceof Error ? error.message : String(error));
    try {
      await this.#restart(url);
      return null;
    } catch (error) {
      if (this.#stopping) return why(error);
      try {
        const dir = await demoClusterDir(this.options.dataDir);
        if (dir) await putEntries(dir, fallback);
        await this.#restart(url);
        return `The server did not start with the new settings and runs with the old ones again. ${why(error)}`;
      } catch (again) {
        return `The server does not start, with the new settings or the old ones. ${why(again)}`;
      }
    }
  }
}
