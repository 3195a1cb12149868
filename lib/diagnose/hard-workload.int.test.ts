import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { withObserver } from '@/lib/targets/postgres/connect';
import { adviseTarget } from './index-advice/advise-target';
import { eachTheSame } from './index-advice/goal';
import { type Bench, startBench } from './testing/bench';
import { analyseWorkload } from './workload/analyse-workload';

// What applications send and databases hold beside plain statements on plain tables.
describe.each([15, 18] as const)('a hard workload on PostgreSQL %i', (version) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(version, ['track_activity_query_size=256']);
    await bench.sql(`create schema "Mixed Case"; create schema other;
      create table "Mixed Case"."select" ("Order" int primary key, "from" int not null, "ta""g" text not null);
      insert into "Mixed Case"."select" select n, n % 20000, 'tag ' || n % 300 from generate_series(1, 40000) n;
      create table other."select" (id int primary key, "from" int not null);
      insert into other."select" select n, n from generate_series(1, 5000) n;
      create table logs (at timestamptz not null, who int not null, what text) partition by range (at);
      create table logs_old partition of logs for values from (minvalue) to ('2026-01-01');
      create table logs_new partition of logs for values from ('2026-01-01') to (maxvalue);
      insert into logs select timestamptz '2025-12-01' + n * interval '2 minutes', n % 4000, 'x' from generate_series(1, 40000) n;
      create table wide (id int primary key, a int not null, b text not null);
      insert into wide select n, n % 9000, md5(n::text) from generate_series(1, 40000) n;
      create view seen as select "from", "ta""g" from "Mixed Case"."select" where "from" > 10;
      create table guarded (id int primary key, owner text not null, kind int not null);
      insert into guarded select n, 'u' || n % 5, n % 7000 from generate_series(1, 40000) n;
      alter table guarded enable row level security; create policy own on guarded using (owner = current_user);
      create function touch() returns void language sql as 'update wide set b = b where id = 1'`);
    await bench.sql('create database elsewhere');
    await bench.sql('vacuum analyze');
    await bench.sql('select pg_stat_statements_reset()');
  });
  afterAll(() => bench?.stop());

  const many = Array.from({ length: 150 }, (_, i) => i + 1);
  const statements: [string, unknown[]?][] = [
    ['select "Order" from "Mixed Case"."select" where "from" = $1', [7]],
    ['select * from seen where "ta""g" = $1 limit 5', ['tag 7']],
    [`select id from wide where a in (${many.map((n) => `$${n}`).join(', ')})`, many],
    ['select count(*) from wide where a = any ($1::int[]) and b::text like $2', [[1, 2, 3], 'a%']],
    [
      `with recursive up (n) as (select 1 union all select n + 1 from up where n < $1),
         one as materialized (select a from wide where a = $2)
       select count(*) from up join one on true cross join lateral (select id from wide w where w.a = up.n limit 1) l`,
      [3, 5],
    ],
    ['select what from logs where who = $1 and at >= $2::timestamptz', [5, '2026-01-05']],
    ['select id from guarded where kind = $1', [5]],
    [
      'select array_agg(id order by id), (array[1, 2])[1]::numeric(8, 2) from wide where a = $1 group by a % 2',
      [5],
    ],
    [
      'insert into wide (id, a, b) values ($1, 1, $2) on conflict (id) do update set a = excluded.a',
      [1, 'x'],
    ],
    [
      'merge into wide w using (select $1::int as id) s on w.id = s.id when matched then update set b = w.b',
      [2],
    ],
    [`select id /* ${'long '.repeat(300)} */ from wide where a = $1 and b <> $2`, [5, 'x']],
    ['select touch()'],
    ['declare c cursor with hold for select a from wide'],
    ['fetch 5 from c'],
    ['close c'],
  ];

  it('is analysed to the end, and asks for the indexes that it wants', async () => {
    for (let round = 0; round < 3; round++)
      for (const [text, values] of statements) await bench.db.query(text, values);
    const other = new pg.Client({ connectionString: bench.url.replace(/[^/]+$/, 'elsewhere') });
    await other.connect();
    await other.query('select count(*) as in_another_database from pg_class');
    await other.end();

    const { workload, tables, refused } = await advised(await bench.snapshot());
    expect(tables).toEqual(['"Mixed Case".select', 'public.guarded', 'public.wide']);
    // What has no plan of its own to improve is left out with a reason; the rest is understood.
    for (const text of refused) expect(text).toMatch(/^(declare|fetch|close|merge|select touch)/i);
    expect(workload.some((w) => w.analysis !== null && w.statement.query.includes('recursive'))).toBe(true);
    expect(JSON.stringify(workload)).not.toContain('in_another_database');
    expect((await bench.diagnose()).findings.length).toBeGreaterThan(0);
  });

  it('is analysed where texts are cut off, which are left out with a reason', async () => {
    const snapshot = await bench.snapshot();
    const statements = (snapshot.statements ?? []).map((s) => ({
      ...s,
      query: s.query.slice(0, 60),
      truncated: s.query.length > 60,
    }));
    const { workload, tables } = await advised({ ...snapshot, statements });
    const cut = workload.filter((w) => w.statement.truncated);
    expect(cut.length).toBeGreaterThan(3);
    expect(cut.filter((w) => w.unsupported === null)).toEqual([]);
    expect(tables).toContain('"Mixed Case".select');
  });

  it('is analysed for a role that owns nothing and may read nothing', async () => {
    await bench.sql("create role looker login password 'l'; grant pg_monitor to looker");
    const { cannotCheck, findings } = await bench.as(bench.url.replace(/\/\/[^@]*@/, '//looker:l@'));
    expect([...findings, ...cannotCheck].length).toBeGreaterThan(0);
  });

  /** Advice with each statement counting the same, so that it does not hang on how long one took. */
  async function advised(snapshot: PostgresSnapshot) {
    const workload = await analyseWorkload(snapshot);
    const advice = await withObserver({ kind: 'postgres', url: bench.url }, (client) =>
      adviseTarget(client, snapshot, workload, { goal: eachTheSame(workload.length) }),
    );
    const names = advice.indexes.map(
      (i) => `${i.schema === 'public' ? 'public' : `"${i.schema}"`}.${i.table}`,
    );
    return {
      workload,
      tables: [...new Set(names)].sort(),
      refused: workload.filter((w) => w.unsupported !== null).map((w) => w.statement.query),
    };
  }
});
