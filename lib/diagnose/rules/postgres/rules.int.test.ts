import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { gatherPostgres } from '../../run';
import { type Bench, startBench } from '../../testing/bench';
import { unusedIndex } from './unused-index';

// Each rule: make the fault in a real database, see the finding, remove the fault, see the finding vanish.
describe.each([15, 18] as const)('Postgres rules on PostgreSQL %i', (version) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(version, ['shared_buffers=1MB', 'max_connections=12', 'autovacuum=off']);
  });
  afterAll(() => bench?.stop());
  beforeEach(async () => {
    await bench.sql('drop schema public cascade; create schema public; create extension pg_stat_statements');
    await bench.sql('select pg_stat_statements_reset()');
  });
  const subjects = async (rule: string) => (await bench.findings(`postgres/${rule}`)).map((f) => f.subject);

  it('slow-statement', async () => {
    await bench.sql('create table t as select n from generate_series(1, 5) n');
    await Promise.all(
      Array.from({ length: 100 }, () => bench.sql('select pg_sleep(0.021), n from t where n = $1', [1])),
    );
    expect(await subjects('slow-statement')).toEqual(['select pg_sleep($2), n from t where n = $1']);
    await bench.sql('select pg_stat_statements_reset()');
    expect(await subjects('slow-statement')).toEqual([]);
  });

  it('unindexed-foreign-key', async () => {
    await bench.sql(`create table a (x int, y int, primary key (x, y)); create table "B" (id int primary key, "Y" int, x int, foreign key (x, "Y") references a);
      insert into a select n, n from generate_series(1, 2000) n; insert into "B" select n, n, n from generate_series(1, 2000) n; analyze`);
    const [found] = await bench.findings('postgres/unindexed-foreign-key');
    expect(found).toMatchObject({
      subject: 'public.B',
      severity: 'medium',
      optimizations: ['postgres/create-index'],
      facts: { columns: ['x', 'Y'] },
    });
    await bench.sql('create index partial on "B" (x, "Y") where x > 5');
    expect(await subjects('unindexed-foreign-key')).toHaveLength(1);
    await bench.sql('create index on "B" ("Y", x, id)');
    expect(await subjects('unindexed-foreign-key')).toEqual([]);
  });

  it('no-primary-key', async () => {
    await bench.sql('create table t (id int); create view v as select * from t');
    expect(await subjects('no-primary-key')).toEqual(['public.t']);
    await bench.sql('alter table t add primary key (id)');
    expect(await subjects('no-primary-key')).toEqual([]);
  });

  it('unused-index', async () => {
    await bench.sql(
      'create table t as select n as a, md5(n::text) as b from generate_series(1, 300000) n; create index unused on t (b); create unique index on t (a, b); analyze',
    );
    expect(await subjects('unused-index')).toEqual(['public.unused']);
    const context = await gatherPostgres({ name: 'db', kind: 'postgres', snapshot: await bench.snapshot() });
    const reset = { ...context, snapshot: { ...context.snapshot, statsReset: new Date().toISOString() } };
    expect(unusedIndex.check(reset)).toMatchObject({
      findings: [],
      cannotCheck: [{ id: 'postgres/unused-index' }],
    });
    await bench.sql('set enable_seqscan = off; set enable_bitmapscan = off');
    await bench.sql("select count(*) from t where b = 'x'");
    await bench.sql('reset all');
    expect(await subjects('unused-index')).toEqual([]);
  });

  it('duplicate-index', async () => {
    await bench.sql(`create table t (id int primary key, a int, b text, c text);
      create index one on t (a); create index two on t (a, b); create index three on t (b); create index four on t (b text_pattern_ops);
      create index five on t (c) where a > 1; create index six on t (c); create unique index seven on t (a); create index eight on t (id);
      create index nine on t (lower(b), (a + 1)); create index ten on t (lower(b))`);
    expect((await subjects('duplicate-index')).sort()).toEqual(['public.eight', 'public.one', 'public.ten']);
    await bench.sql('drop index one, eight, ten');
    expect(await subjects('duplicate-index')).toEqual([]);
    await bench.sql('create index copy_1 on t (c); create index copy_2 on t (c); drop index six');
    expect(await subjects('duplicate-index')).toEqual(['public.copy_2']);
  });

  it('invalid-index', async () => {
    await bench.sql('create table t as select 1 as a from generate_series(1, 10)');
    await expect(bench.sql('create unique index concurrently broken on t (a)')).rejects.toThrow();
    const [found] = await bench.findings('postgres/invalid-index');
    expect(found).toMatchObject({ subject: 'public.broken', optimizations: ['postgres/drop-index'] });
    await bench.sql('drop index broken');
    expect(await subjects('invalid-index')).toEqual([]);
    await bench.sql(
      'create table u (id int primary key); alter table t add constraint k foreign key (a) references u not valid',
    );
    expect(await subjects('invalid-index')).toEqual(['public.t']);
    await bench.sql('insert into u values (1); alter table t validate constraint k');
    expect(await subjects('invalid-index')).toEqual([]);
  });

  it('invalid-index leaves one alone that is being built', async () => {
    await bench.sql('create table t as select n as a from generate_series(1, 1000) n');
    const [blocker, builder] = [new pg.Client(bench.url), new pg.Client(bench.url)];
    await Promise.all([blocker.connect(), builder.connect()]);
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const built = builder.query('create index concurrently slow on t (a)');
    while ((await bench.sql("select 1 from pg_class where relname = 'slow'")).length === 0)
      await new Promise((r) => setTimeout(r, 20));
    expect(await subjects('invalid-index')).toEqual([]);
    await blocker.query('rollback');
    await built;
    await Promise.all([blocker.end(), builder.end()]);
  });

  it('vacuum-needed', async () => {
    await bench.sql('create table t as select n as a from generate_series(1, 5000) n; analyze t');
    await bench.sql('delete from t where a <= 3000');
    expect(await subjects('vacuum-needed')).toEqual(['public.t']);
    await bench.sql('vacuum t');
    expect(await subjects('vacuum-needed')).toEqual([]);
  });

  it('stale-statistics', async () => {
    await bench.sql('create table t as select n as a from generate_series(1, 5000) n');
    await analyze();
    expect(await subjects('stale-statistics')).toEqual([]);
    await bench.sql('update t set a = a + 1 where a <= 600');
    expect(await subjects('stale-statistics')).toEqual(['public.t']);
    await analyze();
    expect(await subjects('stale-statistics')).toEqual([]);
  });

  it('sequence-exhaustion', async () => {
    await bench.sql("create sequence s as smallint; select setval('s', 30000)");
    expect(await subjects('sequence-exhaustion')).toEqual(['public.s']);
    await bench.sql('alter sequence s as bigint maxvalue 9000000000');
    expect(await subjects('sequence-exhaustion')).toEqual([]);
  });

  it('low-cache-hit-ratio', async () => {
    await bench.sql(
      'create table t as select n, repeat(md5(n::text), 20) as filler from generate_series(1, 60000) n',
    );
    await bench.sql('vacuum analyze t');
    await bench.sql('select pg_stat_statements_reset()');
    for (let i = 0; i < 20; i++) await bench.sql('select count(*) from t where n = $1', [i]);
    expect(await subjects('low-cache-hit-ratio')).toEqual(['postgres']);
    await bench.sql('select pg_stat_statements_reset()');
    await bench.sql('create table small as select 1 as a');
    await bench.sql('select sum(a) from small, generate_series(1, 10)');
    expect(await subjects('low-cache-hit-ratio')).toEqual([]);
  });

  it('sequential-scans', async () => {
    await bench.sql('create table t as select n from generate_series(1, 10000) n; analyze t');
    for (let i = 0; i < 50; i++) await bench.sql('select * from t where n = $1', [i]);
    expect(await subjects('sequential-scans')).toEqual(['public.t']);
    await bench.sql('create index on t (n)');
    await bench.sql('select pg_stat_reset()');
    for (let i = 0; i < 60; i++) await bench.sql('select * from t where n = $1', [i]);
    expect(await subjects('sequential-scans')).toEqual([]);
  });

  it('temp-spill', async () => {
    await bench.sql(
      'create table t as select n, md5(n::text) as b from generate_series(1, 20000) n; analyze t',
    );
    await bench.sql("set work_mem = '64kB'");
    for (let i = 0; i < 10; i++) await bench.sql('select * from t order by b');
    expect(await subjects('temp-spill')).toEqual(['select * from t order by b']);
    await bench.sql("set work_mem = '64MB'; select pg_stat_statements_reset()");
    for (let i = 0; i < 10; i++) await bench.sql('select * from t order by b');
    expect(await subjects('temp-spill')).toEqual([]);
    await bench.sql('reset all');
  });

  it('connection-saturation', async () => {
    const crowd = Array.from({ length: 8 }, () => new pg.Client({ connectionString: bench.url }));
    await Promise.all(crowd.map((c) => c.connect()));
    expect(await subjects('connection-saturation')).toEqual(['max_connections']);
    await Promise.all(crowd.map((c) => c.end()));
    while (
      Number(
        (
          await bench.sql("select count(*) as n from pg_stat_activity where backend_type = 'client backend'")
        )[0]?.n,
      ) > 1
    )
      await new Promise((r) => setTimeout(r, 20));
    expect(await subjects('connection-saturation')).toEqual([]);
  });

  it('settings', async () => {
    await bench.sql('alter system set full_page_writes = off');
    await bench.sql('select pg_reload_conf()');
    await settled('full_page_writes', 'off');
    expect(await subjects('settings')).toContain('full_page_writes');
    await bench.sql('alter system reset full_page_writes');
    await bench.sql('select pg_reload_conf()');
    await settled('full_page_writes', 'on');
    const found = await bench.findings('postgres/settings');
    expect(found.map((f) => f.subject)).not.toContain('full_page_writes');
    expect(found.find((f) => f.subject === 'autovacuum')?.severity).toBe('critical');
  });

  it('pending-restart', async () => {
    await bench.sql('alter system set max_worker_processes = 9');
    await bench.sql('select pg_reload_conf()');
    while ((await subjects('pending-restart')).length === 0) await new Promise((r) => setTimeout(r, 20));
    expect(await subjects('pending-restart')).toEqual(['max_worker_processes']);
    // Set back, not reset: the server keeps the mark of a setting that vanishes from the file until it restarts.
    await bench.sql('alter system set max_worker_processes = 8');
    await bench.sql('select pg_reload_conf()');
    while ((await subjects('pending-restart')).length > 0) await new Promise((r) => setTimeout(r, 20));
  });

  it('statements-disabled', async () => {
    await bench.sql('alter system set track_io_timing = on');
    await bench.sql('select pg_reload_conf()');
    await settled('track_io_timing', 'on');
    expect(await subjects('statements-disabled')).toEqual([]);
    await bench.sql('drop extension pg_stat_statements');
    const { findings, cannotCheck } = await bench.diagnose();
    expect(findings.find((f) => f.id === 'postgres/statements-disabled')?.subject).toBe('pg_stat_statements');
    expect(cannotCheck.map((c) => c.id)).toEqual(
      expect.arrayContaining([
        'postgres/missing-index',
        'postgres/slow-statement',
        'postgres/temp-spill',
        'postgres/low-cache-hit-ratio',
      ]),
    );
    expect(cannotCheck.every((c) => c.enable !== '')).toBe(true);
  });

  /** ANALYZE after this session's own counters have arrived: they would be added after it. */
  async function analyze() {
    await bench.sql('select pg_stat_force_next_flush()');
    await bench.sql('analyze t');
  }

  async function settled(name: string, value: string) {
    while ((await bench.sql(`show ${name}`))[0]?.[name] !== value)
      await new Promise((r) => setTimeout(r, 20));
  }
});
