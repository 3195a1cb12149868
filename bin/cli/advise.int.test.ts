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
      create table jobs (id int primary key, state text, owner int, mail varchar(80), data jsonb, tags text[], done_at timestamptz, filler text);
      insert into jobs select n, case when n % 20 = 0 then 'open' else 'done' end, n % 900, 'user' || n || '@example.org',
        jsonb_build_object('k', n), array['t' || n, 'u' || n % 7], case when n % 50 = 0 then null else now() end, repeat('x', 80)
      from generate_series(1, 30000) n;
      insert into "Sales Dept"."Order" select n, n % 5000, n % 7, md5(n::text) from generate_series(1, 30000) n;
      insert into accounts select n, 1, 0, '' from generate_series(1, 50000) n;
      insert into wide select n, n % 2000, n, '' from generate_series(1, 40000) n;`);
    await db.query('vacuum analyze');
    // A session hands its counters in at most once a second; what follows reads them at once.
    await db.query('select pg_stat_force_next_flush()');
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

  it('makes partial, expression and GIN indexes of what the statements say, and they are used', async () => {
    const statements = [
      "select id from jobs where state = 'open' and owner = 7",
      'select id from jobs where done_at is null order by id limit 5',
      "select * from jobs where lower(mail) = 'user77@example.org'",
      'select id, mail from jobs where data @> \'{"k": 77}\'',
      "select id, mail from jobs where tags && array['t77']",
    ];
    const { entries } = await adviceFor(
      `${statements.join(';\n')};\nselect * from jobs where mail like '%r777@%'`,
    );
    const found = entries.map((e) => e.statement.replace(/^.* ON public.jobs /, ''));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\(owner.*WHERE state = 'open';$|^\(owner\)/),
        '((lower(mail)));',
        'USING gin (data jsonb_path_ops);',
        'USING gin (tags);',
      ]),
    );
    expect(found.some((f) => f.includes('gin_trgm_ops'))).toBe(false);
    for (const e of entries) await db.query(e.statement);
    await db.query('analyze jobs');
    for (const sql of [statements[0], statements[2], statements[3], statements[4]]) {
      const { rows } = await db.query(`explain ${sql}`);
      expect(JSON.stringify(rows)).toMatch(/Index/);
    }
    const again = await adviceFor(statements.join(';'));
    expect(again.entries.map((e) => e.statement)).toEqual([]);
    for (const e of entries) await db.query(e.drop);
  });

  it('proposes trigrams only where pg_trgm is installed, and says so else', async () => {
    const sql = "select * from jobs where mail like '%r777@%'";
    const without = await adviceFor(sql);
    expect(without.entries).toEqual([]);
    expect(without.stderr).toContain('CREATE EXTENSION pg_trgm;');
    await db.query('create schema ext; create extension pg_trgm schema ext');
    const { entries } = await adviceFor(sql);
    expect(entries[0]?.statement).toContain('USING gin (mail ext.gin_trgm_ops);');
    await db.query(entries[0]?.statement ?? '');
    expect(JSON.stringify((await db.query(`explain ${sql}`)).rows)).toContain('Bitmap Index Scan');
    await db.query('drop extension pg_trgm cascade');
  });

  it('works for a role that owns nothing, beside partitions, views and row security', async () => {
    await db.query(`create table part (id int, at date, who int) partition by range (at);
      create table part_1 partition of part for values from ('2026-01-01') to ('2027-01-01');
      insert into part select n, date '2026-01-01' + n % 300, n from generate_series(1, 20000) n;
      create view seen as select * from accounts; alter table accounts enable row level security;
      create policy p on accounts using (bid = 1); create role guest login password 'guest';
      grant select on all tables in schema public to guest; analyze`);
    const url = new URL(server.url());
    url.username = 'guest';
    url.password = 'guest';
    const text =
      'with c as (select * from part where who = 5) select * from c; select * from seen where aid = 3; select abalance from accounts where aid = 5::bigint';
    const { code, stdout, stderr } = await runCli([
      'advise',
      '--pg',
      url.toString(),
      '--workload',
      await file('g.sql', text),
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as Entry[]).map((e) => `${e.table} ${e.columns}`)).toEqual([
      'public.accounts aid',
    ]);
    expect(stderr).toContain('public.part: it is partitioned');
    expect(stderr).toContain('random_page_cost = 4, which nobody has chosen');
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
    await db.query('select pg_stat_statements_reset()');
    for (let i = 0; i < 5; i++) await db.query('select abalance from accounts where aid = $1', [i]);
    const { code, stdout } = await advise();
    await db.query('drop extension pg_stat_statements');
    expect(code).toBe(0);
    expect(stdout).toContain('ON public.accounts (aid)');
    expect(stdout).toContain('HypoPG');
  });
});
