import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { main } from './main';

interface Entry {
  statement: string;
  drop: string;
  table: string;
  columns: string[];
  include: string[];
  sizeBytes: number;
  saves: { query: string; before: number; after: number }[];
  writeCost: number;
  redundant: { index: string; drop: string }[];
  basis: string;
}

/** Runs a command line in this process: most of a real start is loading the program. */
async function runCli(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((data) => {
      written[stream] += String(data);
      return true;
    }),
  );
  try {
    const code = await main(['node', 'ratchet', ...args]);
    return { code, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe.each([15, 18] as const)('ratchet advise on PostgreSQL %i', (version) => {
  let server: TestCluster;
  let db: pg.Client;
  let dir = '';
  const file = async (name: string, text: string) => {
    await fs.writeFile(path.join(dir, name), text);
    return path.join(dir, name);
  };
  const advise = (...args: string[]) => runCli(['advise', '--pg', server.url(), ...args]);
  const adviceFor = async (sql: string, ...args: string[]) => {
    const { code, stdout, stderr } = await advise('--workload', await file('w.sql', sql), '--json', ...args);
    expect(code, stderr).toBe(0);
    return { entries: JSON.parse(stdout) as Entry[], stderr };
  };

  beforeAll(async () => {
    server = await startTestPostgres({ version });
    dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-advise-'));
    db = new pg.Client({ connectionString: server.url() });
    db.on('error', () => undefined);
    await db.connect();
    if (version === 15) await db.query('create extension hypopg');
    await db.query(`create schema "Sales Dept";
      create table "Sales Dept"."Order" (id int primary key, "Customer Id" int, "select" int, note text);
      create table accounts (aid int, bid int, abalance int, filler char(84));
      create table wide (id int primary key, k int, a int, filler char(200));
      create index wide_k on wide (k);
      insert into "Sales Dept"."Order" select n, n % 5000, n % 7, md5(n::text) from generate_series(1, 30000) n;
      insert into accounts select n, 1, 0, '' from generate_series(1, 50000) n;
      insert into wide select n, n % 2000, n, '' from generate_series(1, 40000) n;`);
    await db.query('vacuum analyze');
  });
  afterAll(async () => {
    await db?.end();
    await server?.stop();
    if (dir !== '') await fs.rm(dir, { recursive: true, force: true });
  });

  it('names table and columns as the database spells them, in statements that run and can be undone', async () => {
    const { entries } = await adviceFor(
      'select note from "Sales Dept"."Order" where "Customer Id" = 17;\nselect abalance from accounts where aid = 5;',
    );
    expect(entries.map((e) => `${e.table} ${e.columns.join(',')}`).sort()).toEqual([
      'Sales Dept.Order Customer Id',
      'public.accounts aid',
    ]);
    for (const e of entries) {
      expect(e.statement).toMatch(/^CREATE INDEX CONCURRENTLY /);
      expect(e.sizeBytes).toBeGreaterThan(8192);
      expect(e.writeCost).toBe(1);
      expect(e.basis).toBe(version === 15 ? 'hypopg' : 'selectivity');
      for (const s of e.saves) expect(s.after).toBeLessThan(s.before / 2);
      await db.query(e.statement);
      await db.query(e.drop);
    }
    expect(entries[0]?.saves[0]?.query).toMatch(/^select (note|abalance)/);
  });

  it('carries further columns along where the index then answers alone, and says what that makes redundant', async () => {
    const { entries } = await adviceFor('select sum(a) from wide where k between 100 and 600');
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      columns: ['k'],
      include: ['a'],
      redundant: [{ index: 'public.wide_k', drop: 'DROP INDEX CONCURRENTLY IF EXISTS public.wide_k;' }],
    });
  });

  it('stays within the budget and says what it left out', async () => {
    const sql =
      'select abalance from accounts where aid = 5; select note from "Sales Dept"."Order" where "Customer Id" = 17';
    const { entries, stderr } = await adviceFor(sql, '--budget', '600kB');
    expect(entries.map((e) => e.table)).toEqual(['Sales Dept.Order']);
    expect(stderr).toContain('left out for the budget');
    for (const wrong of ['lots', '-5MB', '5 parsecs', '0']) {
      const { code, stderr } = await advise(`--budget=${wrong}`);
      expect(code).toBe(2);
      expect(stderr).toContain('such as 200MB');
    }
  });

  it('skips what it cannot use with line and reason, and goes on', async () => {
    const { entries, stderr } = await adviceFor(
      'selec 1;\nvacuum;\n\nselect abalance from accounts where aid = 5;\nselect * from nowhere where x = 1',
    );
    expect(entries.map((e) => e.table)).toEqual(['public.accounts']);
    expect(stderr).toMatch(/w\.sql:1: The statement cannot be parsed/);
    expect(stderr).toMatch(/w\.sql:2: A utility statement/);
  });

  it('refuses a bad file with its line, an unreachable server, and statements that are not known', async () => {
    const bad = await advise('--workload', await file('bad.sql', "select 1;\nselect 'x"));
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('line 2');
    const none = await advise();
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--workload');
    const away = await runCli(['advise', '--pg', 'postgres://x@127.0.0.1:1/x']);
    expect(away.code).toBe(2);
  });

  it('reads the workload of pg_stat_statements, and prints a table with its basis', async () => {
    await db.query('create extension pg_stat_statements');
    for (let i = 0; i < 5; i++) await db.query('select abalance from accounts where aid = $1', [i]);
    const { code, stdout } = await advise();
    await db.query('drop extension pg_stat_statements');
    expect(code).toBe(0);
    expect(stdout).toContain('ON public.accounts (aid)');
    expect(stdout).toContain('HypoPG');
  });
});
