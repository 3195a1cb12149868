import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSessionCounters } from '@/lib/observe/collectors/postgres/session-counters';
import { type Bench, startBench } from '../../testing/bench';

const GB = 2 ** 30;

async function eventually(so: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await so())) {
    if (Date.now() > deadline) throw new Error(`not so within 30 s: ${so}`);
    await pause(50);
  }
}

// Each rule on the server's own state: make the fault, see the finding, remove the fault, see the finding vanish.
describe.each([15, 18] as const)('rules on the server of PostgreSQL %i', (version) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(version, ['autovacuum=off', 'wal_level=replica'], false);
  });
  afterAll(() => bench?.stop());
  beforeEach(async () => {
    await bench.sql('drop schema public cascade; create schema public; create extension pg_stat_statements');
  });
  const subjects = async (rule: string, options?: Parameters<Bench['findings']>[1]) =>
    (await bench.findings(`postgres/${rule}`, options)).map((f) => f.subject);
  const connected = async (application: string) => {
    const client = new pg.Client({ connectionString: bench.url, application_name: application });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  it('bloat of a table and of its index, and why one without statistics cannot be judged', async () => {
    const limits = { bloatBytes: 1_000_000 };
    await bench.sql(
      'create table t as select n as a, md5(n::text) as b from generate_series(1, 40000) n; create index i on t (b); analyze',
    );
    expect(await subjects('bloat', { limits })).toEqual([]);
    await bench.sql('delete from t where a % 10 <> 0');
    await bench.sql('vacuum (truncate false) t');
    await bench.sql('analyze t');
    const found = await bench.findings('postgres/bloat', { limits });
    expect(found.map((f) => [f.subject, f.optimizations])).toEqual(
      expect.arrayContaining([
        ['public.t', ['postgres/vacuum']],
        ['public.i', ['postgres/reindex']],
      ]),
    );
    const real = await bench.sql("select pg_relation_size('t')::float8 as t");
    const estimate = found.find((f) => f.subject === 'public.t')?.evidence[0]?.value;
    expect(Number(estimate) / Number(real[0]?.t)).toBeCloseTo(0.9, 1);
    await bench.sql('reindex index i');
    expect(await subjects('bloat', { limits })).toEqual(['public.t']);
    await bench.sql('vacuum (full, analyze) t');
    expect(await subjects('bloat', { limits })).toEqual([]);
    await bench.sql('create table u as select n as a from generate_series(1, 60000) n');
    await bench.sql('vacuum u');
    const { cannotCheck } = await bench.diagnose({ limits });
    expect(cannotCheck.find((c) => c.id === 'postgres/bloat')).toMatchObject({
      enable: 'ANALYZE public.u;',
      subjects: ['public.u'],
    });
    await bench.sql('analyze u');
    expect((await bench.diagnose({ limits })).cannotCheck.map((c) => c.id)).not.toContain('postgres/bloat');
  });

  it('transaction-id-age', async () => {
    await bench.sql('create database old');
    const age = (n: number) =>
      bench.sql(
        `update pg_database set datfrozenxid = ((4294967296 + (pg_current_xact_id()::text)::bigint - ${n}) % 4294967296)::text::xid where datname = 'old'`,
      );
    await age(1_200_000_000);
    expect(await bench.findings('postgres/transaction-id-age')).toMatchObject([
      { subject: 'old', severity: 'high' },
    ]);
    await age(1_800_000_000);
    expect(await bench.findings('postgres/transaction-id-age')).toMatchObject([{ severity: 'critical' }]);
    await bench.sql('drop database old');
    expect(await subjects('transaction-id-age')).toEqual([]);
  });

  it('idle-in-transaction', async () => {
    const idle = await connected('shop');
    await idle.query('begin; select 1');
    const limits = { idleInTransactionMs: 0 };
    expect(await subjects('idle-in-transaction')).toEqual([]);
    const [found] = await bench.findings('postgres/idle-in-transaction', { limits });
    expect(found?.title).toContain('shop');
    expect(found?.optimizations).toEqual(['postgres/terminate-session']);
    await idle.query('rollback');
    expect(await subjects('idle-in-transaction', { limits })).toEqual([]);
    await idle.end();
  });

  it('blocking-sessions names the head of the queue', async () => {
    await bench.sql('create table t (a int)');
    const holder = await connected('holder');
    await holder.query('begin; lock table t in share row exclusive mode');
    const waiting = await Promise.all(['w1', 'w2', 'w3'].map(connected));
    const done = waiting.map((w) => w.query('insert into t values (1)'));
    const limits = { blockedMs: 0 };
    await eventually(async () => {
      const { rows } = await bench.db.query("select from pg_stat_activity where wait_event_type = 'Lock'");
      return rows.length === 3;
    });
    const found = await bench.findings('postgres/blocking-sessions', { limits });
    expect(found[0]?.evidence[0]?.value).toBe(3);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity: 'critical', title: expect.stringContaining('holder') });
    expect(await subjects('blocking-sessions')).toEqual([]);
    await holder.query('rollback');
    await Promise.all(done);
    expect(await subjects('blocking-sessions', { limits })).toEqual([]);
    await Promise.all([holder, ...waiting].map((c) => c.end()));
  });

  it('sees nothing of others without pg_monitor, and says so', async () => {
    await bench.sql("drop role if exists guest; create role guest login password 'g'");
    const url = new URL(bench.url);
    url.username = 'guest';
    url.password = 'g';
    const { cannotCheck } = await bench.diagnose();
    expect(cannotCheck.map((c) => c.id)).not.toContain('postgres/blocking-sessions');
    const limited = await bench.as(url.toString());
    expect(limited.cannotCheck).toContainEqual(
      expect.objectContaining({
        id: 'postgres/blocking-sessions',
        enable: 'GRANT pg_monitor TO guest;',
      }),
    );
  });

  it('connection-churn, over the time between two readings', async () => {
    const earlier = await readSessionCounters(bench.db);
    if (!earlier) throw new Error('not counted');
    for (let i = 0; i < 15; i++) await (await connected('short')).end();
    // The counters of a session arrive with its end.
    await eventually(
      async () => ((await readSessionCounters(bench.db))?.sessions ?? 0) >= earlier.sessions + 15,
    );
    const at = new Date(Date.now() - 5_000).toISOString();
    const [found] = await bench.findings('postgres/connection-churn', { earlier: { ...earlier, at } });
    expect(found?.subject).toBe('postgres');
    const now = await readSessionCounters(bench.db);
    if (!now) throw new Error('not counted');
    const calm = { ...now, at: new Date(Date.now() - 60_000).toISOString() };
    expect(await subjects('connection-churn', { earlier: calm })).toEqual([]);
  });

  it('replication: a slot that nobody reads', async () => {
    await bench.sql("select pg_create_physical_replication_slot('left_over', true)");
    expect(await subjects('replication')).toEqual(['left_over']);
    await bench.sql("select pg_drop_replication_slot('left_over')");
    expect(await subjects('replication')).toEqual([]);
  });

  it('checkpoints', async () => {
    const reset = () =>
      bench.sql(`select pg_stat_reset_shared('${version >= 17 ? 'checkpointer' : 'bgwriter'}')`);
    await reset();
    await bench.sql('create table t (a int)');
    for (let i = 0; i < 11; i++) {
      await bench.sql('insert into t values (1)');
      await bench.sql('checkpoint');
    }
    await eventually(async () => (await subjects('checkpoints')).length > 0);
    const [found] = await bench.findings('postgres/checkpoints');
    expect(found).toMatchObject({
      subject: 'max_wal_size',
      related: ['postgres/settings:db:max_wal_size'],
    });
    await reset();
    expect(await subjects('checkpoints')).toEqual([]);
  });

  it('settings against the formulas, once memory and storage are stated', async () => {
    const machine = { memoryBytes: 8 * GB, storage: 'ssd' as const };
    const found = await bench.findings('postgres/settings', { machine });
    const proposed = Object.fromEntries(
      found.map((f) => [f.subject, f.evidence.find((e) => e.label === 'proposed')?.value]),
    );
    expect(proposed).toMatchObject({
      shared_buffers: '2GB',
      maintenance_work_mem: '512MB',
      work_mem: '18MB',
      random_page_cost: '1.1',
      max_wal_size: '4GB',
      min_wal_size: '1GB',
      ...(version < 18 ? { effective_io_concurrency: '200' } : {}),
    });
    const carriers = found.filter((f) => f.optimizations.length > 0 && f.severity !== 'critical');
    expect(carriers.map((f) => f.facts.change).sort()).toEqual(['planner', 'tuned']);
    expect(found.find((f) => f.subject === 'shared_buffers')).toMatchObject({ optimizations: [] });
    expect(JSON.stringify(found.find((f) => f.subject === 'shared_buffers')?.evidence)).toContain(
      "shared_buffers = '2GB'",
    );
    await bench.sql("alter system set work_mem = '18MB'");
    await bench.sql('select pg_reload_conf()');
    await eventually(async () => (await bench.sql('show work_mem'))[0]?.work_mem === '18MB');
    expect(await subjects('settings', { machine })).not.toContain('work_mem');
    await bench.sql('alter system reset work_mem');
    await bench.sql('select pg_reload_conf()');
  });

  it('sees the memory of a server on this machine, and does not guess that of another', async () => {
    const { cannotCheck } = await bench.diagnose();
    expect(cannotCheck.some((c) => c.reason.startsWith('Memory of the server is not known'))).toBe(false);
    const { findings } = await bench.diagnose();
    const cache = findings.find(
      (f) => f.subject === 'effective_cache_size' || f.subject === 'shared_buffers',
    );
    expect(JSON.stringify(cache?.evidence ?? '')).toMatch(/memory of the machine|memory limit of its cgroup/);
  });

  it('materialized-view-candidate drafts a view, or says why not', async () => {
    await bench.sql(`create table u as select n as id, 'c' || n % 7 as country from generate_series(1, 1000) n;
      create table o as select n as id, n % 1000 + 1 as uid, repeat('Note ', 40) as note from generate_series(1, 20000) n; analyze`);
    await bench.sql('select pg_stat_statements_reset(); select pg_stat_reset()');
    const body =
      'select u.country, count(*), sum(length(upper(lower(upper(lower(o.note)))))) as total from u join o on o.uid = u.id';
    await bench.sql('set max_parallel_workers_per_gather = 0');
    for (let i = 0; i < 6; i++) {
      await bench.sql(`${body} where u.country = $1 group by u.country order by total desc limit $2`, [
        'c1',
        3,
      ]);
      await bench.sql(`${body} where o.id > $1 group by u.country`, [10]);
    }
    await bench.sql('reset max_parallel_workers_per_gather');
    const found = await bench.findings('postgres/materialized-view-candidate');
    const whole = found.find((f) => f.detail.includes('o.id >'));
    expect(whole).toMatchObject({
      optimizations: [],
      detail: expect.stringContaining('its result hangs on the parameter $1'),
    });
    // The one with a filter touches a seventh of the rows: it counts as a candidate only where that takes 50 ms.
    await bench.sql('select pg_stat_statements_reset()');
    for (let i = 0; i < 6; i++)
      await bench.sql(`${body} group by u.country order by total desc limit $1`, [3]);
    const [drafted] = await bench.findings('postgres/materialized-view-candidate');
    expect(drafted).toMatchObject({
      optimizations: ['postgres/create-materialized-view'],
      facts: {
        // The statement took nearly all of the time there was.
        gain: expect.closeTo(1, 0),
        view: {
          select: `${body} group by u.country`,
          key: ['country'],
          instead: expect.stringMatching(
            /^SELECT country, count, total FROM public\.ratchet_mv_\w+ order by total desc limit \$1$/,
          ),
        },
      },
    });
    await bench.sql('select pg_stat_statements_reset()');
    expect(await subjects('materialized-view-candidate')).toEqual([]);
  });

  it('invalid-index: a check constraint NOT VALID', async () => {
    await bench.sql('create table t (a int); alter table t add constraint k check (a > 0) not valid');
    const [found] = await bench.findings('postgres/invalid-index');
    expect(found).toMatchObject({ subject: 'public.t', optimizations: ['postgres/validate-constraint'] });
    await bench.sql('alter table t validate constraint k');
    expect(await subjects('invalid-index')).toEqual([]);
  });
});
