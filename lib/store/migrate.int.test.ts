import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { MIGRATION_LOCK, migrate } from './migrate';

let server: TestCluster;
let url = '';
let dir = '';
let n = 0;

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  n += 1;
  await server.cluster.createDatabase(`t${n}`);
  url = server.url(`t${n}`);
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-migrations-'));
  write('1_one', 'create table one (id int);');
  write('2_two', 'create table two (id int); insert into two values (2);');
  return () => fs.rmSync(dir, { recursive: true });
});

function write(name: string, sql: string): void {
  fs.mkdirSync(path.join(dir, name), { recursive: true });
  fs.writeFileSync(path.join(dir, name, 'migration.sql'), sql);
}

async function query<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

const tables = async () =>
  (
    await query<{ t: string }>("select tablename as t from pg_tables where schemaname = 'public' order by 1")
  ).map((r) => r.t);

describe('migrate', () => {
  it('applies in order, once, and keeps the books as Prisma does', async () => {
    expect(await migrate(url, { dir })).toEqual(['1_one', '2_two']);
    expect(await migrate(url, { dir })).toEqual([]);
    write('3_three', 'create table three (id int);');
    expect(await migrate(url, { dir })).toEqual(['3_three']);
    const rows = await query<{ migration_name: string; checksum: string; done: boolean; steps: number }>(
      'select migration_name, checksum, finished_at is not null as done, applied_steps_count as steps from _prisma_migrations order by started_at',
    );
    const sum = createHash('sha256').update('create table one (id int);').digest('hex');
    expect(rows[0]).toEqual({ migration_name: '1_one', checksum: sum, done: true, steps: 1 });
    expect(rows).toHaveLength(3);
  });

  it('with five starters at once, exactly one applies each migration', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => migrate(url, { dir })));
    expect(answers.flat().sort()).toEqual(['1_one', '2_two']);
    expect(await query('select * from two')).toHaveLength(1);
  });

  it('undoes a failed migration whole, says what failed, and tries it again at the next start', async () => {
    write('3_three', 'create table half (id int); select 1 / 0;');
    await expect(migrate(url, { dir })).rejects.toThrow(/3_three .*division by zero/);
    expect(await tables()).toEqual(['_prisma_migrations', 'one', 'two']);
    write('3_three', 'create table three (id int);');
    expect(await migrate(url, { dir })).toEqual(['3_three']);
  });

  it('goes on after a process that died in the middle of a migration', async () => {
    await migrate(url, { dir });
    await query("insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'y', '3_three')");
    write('3_three', 'create table three (id int);');
    expect(await migrate(url, { dir })).toEqual(['3_three']);
  });

  it('refuses a migration that another tool left failed, with its error and the way out', async () => {
    await migrate(url, { dir });
    await query(
      "insert into _prisma_migrations (id, checksum, migration_name, logs) values ('x', 'y', '3_three', 'out of memory')",
    );
    await expect(migrate(url, { dir })).rejects.toThrow(
      /3_three.*out of memory.*migrate resolve --rolled-back 3_three/,
    );
  });

  it('refuses a migration edited after it was applied, and changes nothing', async () => {
    await migrate(url, { dir });
    write('1_one', 'create table one (id bigint);');
    write('3_three', 'create table three (id int);');
    await expect(migrate(url, { dir })).rejects.toThrow(/1_one was edited/);
    expect(await tables()).not.toContain('three');
  });

  it('refuses a database that is ahead', async () => {
    await migrate(url, { dir });
    fs.rmSync(path.join(dir, '2_two'), { recursive: true });
    await expect(migrate(url, { dir })).rejects.toThrow(/newer version.*2_two/);
  });

  it('gives up on a lock that is held too long, saying who to look for', async () => {
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await expect(migrate(url, { dir, lockTimeoutMs: 200 })).rejects.toThrow(
        /Another process.*ratchet-migrate/,
      );
    } finally {
      await holder.end();
    }
    expect(await migrate(url, { dir })).toEqual(['1_one', '2_two']);
  });
});
