import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PostgresCluster } from '@/lib/services/postgres-cluster';

/** Debian's PostgreSQL 15 server programs, a second real target in tests. */
const debian15 = '/usr/lib/postgresql/15/bin';

export interface TestCluster {
  cluster: PostgresCluster;
  url(database?: string): string;
  stop(): Promise<void>;
}

/**
 * Starts a fresh PostgreSQL in a temporary folder with pg_stat_statements loaded: 18 from npm, or
 * Debian's 15. Throws when version 15 is asked for and not installed.
 */
export async function startTestPostgres(
  options: { version?: 15 | 18; settings?: string[] } = {},
): Promise<TestCluster> {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pg-'));
  await fs.chmod(dir, 0o755);
  const binaries =
    options.version === 15
      ? { initdb: `${debian15}/initdb`, postgres: `${debian15}/postgres`, pg_ctl: `${debian15}/pg_ctl` }
      : undefined;
  const cluster = new PostgresCluster({
    dataDir: path.join(dir, 'data'),
    logFile: path.join(dir, 'log'),
    settings: ['shared_preload_libraries=pg_stat_statements', 'fsync=off', ...(options.settings ?? [])],
    ...(binaries ? { binaries } : {}),
  });
  await cluster.start();
  return {
    cluster,
    url: (database) => cluster.url(database),
    stop: async () => {
      await cluster.stop();
      await fs.rm(dir, { recursive: true, force: true });
    },
  };
}
