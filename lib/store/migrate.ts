import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { AppError } from '@/lib/contracts/error';

/** The key that Prisma's own migration engine locks: it and we never migrate at once. */
export const MIGRATION_LOCK = 72707369;

const migrationsDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../prisma/migrations');

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface Applied {
  id: string;
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  logs: string | null;
}

/**
 * Applies to the database at `url` the migrations it does not have yet, each in a transaction of its own,
 * and returns their names. Keeps Prisma's bookkeeping (`_prisma_migrations`), so that `prisma migrate
 * deploy` sees a clean history. Several starters at once: one applies, the others wait for it.
 *
 * Throws AppError('conflict') when a migration was edited after it was applied, when the database is ahead
 * of this version, or when another tool left one failed; AppError('timeout') when another process holds
 * the lock for longer than `lockTimeoutMs`; AppError('internal') when a migration fails (nothing of it
 * stays, and the next start tries it again).
 */
export async function migrate(
  url: string,
  options: { dir?: string; lockTimeoutMs?: number } = {},
): Promise<string[]> {
  const migrations = await readMigrations(options.dir ?? migrationsDir);
  const client = new pg.Client({ connectionString: url, application_name: 'ratchet-migrate' });
  await client.connect();
  try {
    await lock(client, options.lockTimeoutMs ?? 60_000);
    const applied = await readApplied(client);
    const known = compare(migrations, applied);
    const done: string[] = [];
    for (const migration of migrations.filter((m) => !known.has(m.name))) {
      await apply(client, migration);
      done.push(migration.name);
    }
    return done;
  } finally {
    await client.end();
  }
}

/** Every migration of the folder, oldest first. A folder without migration.sql (git leaves them) is none. */
async function readMigrations(dir: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const name of (await fs.readdir(dir)).sort()) {
    const file = path.join(dir, name, 'migration.sql');
    const sql = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (sql === null) continue;
    migrations.push({ name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

async function lock(client: pg.Client, timeoutMs: number): Promise<void> {
  try {
    await client.query(`set lock_timeout = ${Math.round(timeoutMs)}`);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query('set lock_timeout = 0');
  } catch (cause) {
    if ((cause as { code?: string }).code !== '55P03') throw cause;
    throw new AppError(
      'timeout',
      `Another process has been migrating the store for over ${Math.round(timeoutMs / 1000)} s. ` +
        'Wait for it, or end it (see pg_stat_activity, application_name ratchet-migrate), and start again.',
      { cause },
    );
  }
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  await client.query(`create table if not exists _prisma_migrations (
    id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`);
  // We hold the lock: a row that was begun and neither finished nor failed is of a process that died, and
  // its transaction was rolled back with its connection.
  await client.query(`update _prisma_migrations set rolled_back_at = now()
    where finished_at is null and rolled_back_at is null and coalesce(logs, '') = ''`);
  const { rows } = await client.query<Applied>(
    'select id, migration_name, checksum, finished_at, logs from _prisma_migrations where rolled_back_at is null',
  );
  return rows;
}

/** Names that are applied already. Throws when history and folder do not fit together. */
function compare(migrations: Migration[], applied: Applied[]): Set<string> {
  const byName = new Map(migrations.map((m) => [m.name, m]));
  for (const row of applied) {
    const name = row.migration_name;
    if (!row.finished_at) {
      throw new AppError(
        'conflict',
        `The migration ${name} of the store failed under another tool: ${firstLine(row.logs)}. Mend the cause, then ` +
          `run \`npx prisma migrate resolve --rolled-back ${name}\` (or --applied) and start again.`,
      );
    }
    const migration = byName.get(name);
    if (!migration) {
      throw new AppError(
        'conflict',
        `The store was written by a newer version of Ratchet: it has the migration ${name}, which this version ` +
          'does not know. Use that version, or another data folder (RATCHET_DATA_DIR).',
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new AppError(
        'conflict',
        `The migration ${name} was edited after it was applied to this store. Put prisma/migrations/${name} back ` +
          'as it was, and make a new migration for the difference (npm run migrate:dev -- NAME).',
      );
    }
  }
  return new Set(applied.map((r) => r.migration_name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await client.query('insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ]);
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query(
      'update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1',
      [id],
    );
    await client.query('commit');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    await client.query('rollback');
    await client.query('update _prisma_migrations set logs = $2, rolled_back_at = now() where id = $1', [
      id,
      message,
    ]);
    throw new AppError(
      'internal',
      `The migration ${migration.name} of the store failed and was undone whole: ${message}. ` +
        'The next start tries it again.',
      { cause },
    );
  }
}

const firstLine = (text: string | null) => (text ?? '').split('\n')[0] ?? '';
