// For developers: `npm run migrate:dev -- NAME` writes the migration that turns the present migrations into
// prisma/schema.prisma; `--check` only says whether there is a difference (exit code 2 when there is).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PostgresCluster } from '@/lib/services/postgres-cluster';
import { migrate } from '@/lib/store/migrate';
import { diffFromSchema } from './lib/schema-engine';

const root = path.resolve(import.meta.dirname, '..');
const name = process.argv[2];
if (!name) {
  console.error('usage: npm run migrate:dev -- NAME | --check');
  process.exit(2);
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-migrate-'));
fs.chmodSync(dir, 0o755);
const cluster = new PostgresCluster({
  dataDir: path.join(dir, 'data'),
  logFile: path.join(dir, 'log'),
  settings: ['fsync=off'],
});
try {
  await cluster.start();
  await cluster.createDatabase('scratch');
  const url = cluster.url('scratch');
  await migrate(url);
  const sql = await diffFromSchema(url, path.join(root, 'prisma/schema.prisma'));
  if (sql === '') {
    console.log('The migrations and prisma/schema.prisma agree.');
  } else if (name === '--check') {
    console.error(`The migrations and prisma/schema.prisma differ. What is missing:\n\n${sql}`);
    process.exitCode = 2;
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = path.join(
      root,
      'prisma/migrations',
      `${stamp}_${name.replace(/[^a-z0-9]+/gi, '_').toLowerCase()}`,
    );
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'migration.sql'), sql);
    console.log(`Wrote ${path.relative(root, folder)}/migration.sql:\n\n${sql}`);
  }
} finally {
  await cluster.stop();
  fs.rmSync(dir, { recursive: true, force: true });
}
