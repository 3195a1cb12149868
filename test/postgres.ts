import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PostgresCluster } from '@/lib/services/postgres-cluster';

const run = promisify(execFile);

/** Debian's PostgreSQL 15 server programs, a second real target in tests. */
const debian15 = '/usr/lib/postgresql/15/bin';

export interface TestCluster {
  cluster: PostgresCluster;
  url(database?: string): string;
  stop(): Promise<void>;
}

/** Where the tests find clusters to copy, one folder a version; each test makes its own without. */
const templatesVariable = 'RATCHET_TEST_PG_TEMPLATES';

/** Planner settings on the command line, where no change reaches them: none is proposed, and so none comes before an index. */
export const fixedPlanner = [
  'random_page_cost=1.1',
  'effective_cache_size=4GB',
  'effective_io_concurrency=16',
  'work_mem=4MB',
  'jit=off',
];

const versions = [15, 18] as const;
type Version = (typeof versions)[number];

const makeCluster = (dir: string, version: Version, settings: string[]) =>
  new PostgresCluster({
    dataDir: path.join(dir, 'data'),
    logFile: path.join(dir, 'log'),
    settings: ['shared_preload_libraries=pg_stat_statements', 'fsync=off', ...settings],
    ...(version === 15
      ? {
          binaries: {
            initdb: `${debian15}/initdb`,
            postgres: `${debian15}/postgres`,
            pg_ctl: `${debian15}/pg_ctl`,
          },
        }
      : {}),
  });

/** Makes a cluster of each installed version for `startTestPostgres` to copy; what it returns removes them. */
export async function makeTemplates(): Promise<() => Promise<void>> {
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pg-templates-'));
  await fs.chmod(root, 0o755);
  for (const version of versions) {
    if (version === 15 && !(await exists(`${debian15}/initdb`))) continue;
    const dir = path.join(root, String(version));
    await fs.mkdir(dir);
    const cluster = makeCluster(dir, version, []);
    await cluster.start();
    await cluster.stop();
  }
  process.env[templatesVariable] = root;
  return () => fs.rm(root, { recursive: true, force: true });
}

const exists = (file: string) =>
  fs.access(file).then(
    () => true,
    () => false,
  );

/**
 * Starts a fresh PostgreSQL in a temporary folder with pg_stat_statements loaded: 18 from npm, or
 * Debian's 15. Throws when version 15 is asked for and not installed.
 */
export async function startTestPostgres(
  options: { version?: Version; settings?: string[] } = {},
): Promise<TestCluster> {
  const version = options.version ?? 18;
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pg-'));
  await fs.chmod(dir, 0o755);
  const template = path.join(process.env[templatesVariable] ?? dir, String(version));
  // With its owner and modes, on which the server insists.
  if (await exists(template)) await run('cp', ['-a', `${template}/.`, dir]);
  const cluster = makeCluster(dir, version, options.settings ?? []);
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
