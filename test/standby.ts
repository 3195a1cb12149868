import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PostgresCluster } from '@/lib/services/postgres-cluster';
import { serverUser } from '@/lib/services/server-user';

const run = promisify(execFile);
const bin = '/usr/lib/postgresql/15/bin';

export interface TestStandby {
  url(): string;
  stop(): Promise<void>;
}

/** A streaming standby of a PostgreSQL 15 (`startTestPostgres({ version: 15 })`), with Debian's programs. */
export async function startTestStandby(primaryUrl: string): Promise<TestStandby> {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-standby-'));
  await fs.chmod(dir, 0o755);
  const dataDir = path.join(dir, 'data');
  await run(`${bin}/pg_basebackup`, ['-d', primaryUrl, '-D', dataDir, '-R', '-c', 'fast']);
  const { uid, gid } = await serverUser();
  if (uid !== undefined && gid !== undefined) await run('chown', ['-R', `${uid}:${gid}`, dataDir]);
  await fs.writeFile(`${dataDir}.password`, decodeURIComponent(new URL(primaryUrl).password));
  const cluster = new PostgresCluster({
    dataDir,
    logFile: path.join(dir, 'log'),
    settings: ['shared_preload_libraries=pg_stat_statements', 'fsync=off', 'hot_standby=on'],
    binaries: { initdb: `${bin}/initdb`, postgres: `${bin}/postgres`, pg_ctl: `${bin}/pg_ctl` },
  });
  await cluster.start();
  return {
    url: () => cluster.url(),
    stop: async () => {
      await cluster.stop();
      await fs.rm(dir, { recursive: true, force: true });
    },
  };
}
