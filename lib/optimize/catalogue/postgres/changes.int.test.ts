import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import type { PostgresLimits } from '@/lib/diagnose/limits';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { planChanges } from '../../plan';
import { refuseBesideLaggingReplicas } from '../../postgres/refuse';
import { refuseForWantOfSpace } from '../../postgres/refuse-space';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor, connected, storedChange, until } from '../../testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

let test: { store: Store; stop(): Promise<void> };
let store: Store;
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(() => test?.stop());

// Each: make the fault, see the plan, apply it, see the fault gone, roll it back, see it again.
describe.each([15, 18] as const)('changes of PostgreSQL %i', (version) => {
  let target: TestCluster;
  let db: pg.Client;
  let url: string;
  beforeAll(async () => {
    target = await startTestPostgres({ version, settings: ['autovacuum=off'] });
    url = target.url();
    db = await connected(url);
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
  });
  beforeEach(async () => {
    await db.query('drop schema public cascade; create schema public; create extension pg_stat_statements');
    await store.db.change.deleteMany({});
  });

  const machine = { memoryBytes: 8 * 2 ** 30, storage: 'ssd' as const };
  async function plans(limits: Partial<PostgresLimits> = {}): Promise<ChangePlan[]> {
    await db.query('select pg_stat_force_next_flush()').catch(() => undefined);
    const connection = { kind: 'postgres' as const, url };
    const snapshot = await withObserver(connection, readPostgresSnapshot);
    const withConnection = <T>(fn: (client: pg.Client) => Promise<T>) => withObserver(connection, fn);
    const found = await diagnose({
      targets: [{ name: 'db', kind: 'postgres', snapshot, withConnection, machine, limits }],
    });
    return planChanges(found, new Map([['db', snapshot]])).map((p) => p.plan);
  }
  async function plan(id: string, limits: Partial<PostgresLimits> = {}): Promise<ChangePlan> {
    const made = (await plans(limits)).find((p) => p.optimization === id);
    if (!made) throw new Error(`no plan of ${id}`);
    return made;
  }
  async function tuned(): Promise<ChangePlan> {
    const made = (await plans()).find((p) => p.facts.change === 'tuned');
    if (!made) throw new Error('no settings');
    return made;
  }
  const stored = (made: ChangePlan) => storedChange(store, url, made);
  const died = (id: number, state: 'applying' | 'rolling-back') =>
    store.db.change.update({ where: { id }, data: { state } });
  const settled = async () => (await settleChanges(store))[0]?.what;
  const state = async (id: number) => (await changeDetail(store, id)).state;
  const scalar = async (sql: string) => Object.values((await db.query(sql)).rows[0] ?? {})[0];

  it('builds a bloated index anew, and drops what an interrupted build left', async () => {
    await db.query(
      'create table t as select n as a, md5(n::text) as b from generate_series(1, 40000) n; create index "My i" on t (b); analyze',
    );
    await db.query('delete from t where a % 10 <> 0');
    await db.query('vacuum analyze t');
    const made = await plan('postgres/reindex', { bloatBytes: 500_000 });
    expect(made).toMatchObject({
      reversible: false,
      steps: [{ statement: 'REINDEX INDEX CONCURRENTLY public."My i"' }],
    });
    const before = Number(await scalar(`select pg_relation_size('"My i"')`));
    const id = await stored(made);
    // A copy as a crash in the middle leaves it.
    await db.query('create index "My i_ccnew" on t (b)');
    await db.query(`update pg_index set indisvalid = false where indexrelid = '"My i_ccnew"'::regclass`);
    await died(id, 'applying');
    expect(await settled()).toContain('My i_ccnew) was dropped');
    expect(await state(id)).toBe('rolled-back');
    await applyChange(store, id, actor);
    expect(Number(await scalar(`select pg_relation_size('"My i"')`))).toBeLessThan(before / 2);
    expect(await scalar("select count(*)::int from pg_index i where i.indrelid = 't'::regclass")).toBe(1);
    expect((await plans({ bloatBytes: 500_000 })).map((p) => p.optimization)).not.toContain(
      'postgres/reindex',
    );
  });

  it('sets autovacuum of a table, and back to exactly what it was', async () => {
    await db.query(
      'create table t (a int) with (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.5, autovacuum_enabled = off)',
    );
    await db.query('insert into t select n from generate_series(1, 120000) n');
    await db.query('analyze t');
    await db.query('delete from t where a <= 100000');
    const made = await plan('postgres/autovacuum-settings');
    expect(made.steps[0]?.statement).toBe(
      'ALTER TABLE public.t SET (autovacuum_enabled = on, autovacuum_vacuum_scale_factor = 0.02)',
    );
    const options = () => scalar("select array_to_string(reloptions, ' ') from pg_class where relname = 't'");
    const original = await options();
    const id = await stored(made);
    await died(id, 'applying');
    expect(await settled()).toContain('had not been set');
    await applyChange(store, id, actor);
    expect(await options()).toContain('autovacuum_vacuum_scale_factor=0.02');
    await died(id, 'applying');
    expect(await settled()).toContain('had been set: applied');
    await applyChange(store, id, actor);
    expect((await changeDetail(store, id)).plan.inverse[0]?.statement).toContain(
      'autovacuum_vacuum_scale_factor = 0.5',
    );
    await rollbackChange(store, id, actor);
    const parts = (text: unknown) => String(text).split(' ').sort();
    expect(parts(await options())).toEqual(parts(original));
    await applyChange(store, id, actor);
    await died(id, 'rolling-back');
    expect(await settled()).toContain('was finished');
    expect(parts(await options())).toEqual(parts(original));
  });

  const autoConf = async () =>
    Object.fromEntries(
      (
        await db.query<{ name: string; setting: string }>(
          "select name, setting from pg_file_settings where sourcefile like '%auto.conf'",
        )
      ).rows.map((r) => [r.name, r.setting]),
    );

  it('sets several server settings as one change, and back to the entries there were', async () => {
    await db.query("alter system set work_mem = '5MB'");
    await db.query('select pg_reload_conf()');
    await until(async () => (await scalar('show work_mem')) === '5MB');
    const original = await autoConf();
    const made = await tuned();
    expect(made.settings?.find((s) => s.name === 'work_mem')).toMatchObject({
      current: '5MB',
      proposed: '18MB',
      takesEffect: 'reload',
    });
    expect(made.settings?.map((s) => s.name)).not.toContain('shared_buffers');
    expect(made.snippets?.[0]?.text).toContain("work_mem = '18MB'");
    const id = await stored(made);
    await applyChange(store, id, actor);
    expect(await scalar('show work_mem')).toBe('18MB');
    expect(await scalar('show maintenance_work_mem')).toBe('512MB');
    const detail = await changeDetail(store, id);
    expect(detail.plan.inverse.map((s) => s.statement)).toEqual(
      expect.arrayContaining([
        "ALTER SYSTEM SET work_mem = '5MB'",
        'ALTER SYSTEM RESET maintenance_work_mem',
      ]),
    );
    expect(detail.journal.at(-1)?.detail).toContain('without a restart');
    expect((await plans()).some((p) => p.key === made.key)).toBe(false);
    await rollbackChange(store, id, actor);
    expect(await autoConf()).toEqual(original);
    expect(await scalar('show work_mem')).toBe('5MB');
    expect((await plans()).some((p) => p.key === made.key)).toBe(true);

    // Killed after the second statement: what was recorded before the first leads back.
    const [first, second] = made.steps;
    await store.db.change.update({ where: { id }, data: { state: 'applying', plan: detail.plan as object } });
    await db.query(first?.statement ?? '');
    await db.query(second?.statement ?? '');
    expect(await settled()).toContain('Not all settings had been written');
    expect([await state(id), await autoConf()]).toEqual(['rolled-back', original]);
    // Killed between the last statement and the reload.
    await store.db.change.update({ where: { id }, data: { state: 'applying', plan: detail.plan as object } });
    for (const step of made.steps.slice(0, -1)) await db.query(step.statement);
    expect(await settled()).toContain('All settings had been written');
    expect([await state(id), await scalar('show work_mem')]).toEqual(['applied', '18MB']);
    await rollbackChange(store, id, actor);
    await db.query('alter system reset work_mem');
    await db.query('select pg_reload_conf()');
  });

  it('takes back the settings before one that the server refuses, and says what an override keeps from effect', async () => {
    const made = await tuned();
    const rows = made.settings ?? [];
    const wrong = rows.map((s, i) => (i === 1 ? { ...s, proposed: 'nonsense' } : s));
    const before = await autoConf();
    const id = await stored({ ...made, facts: { ...made.facts, settings: wrong } });
    await expect(applyChange(store, id, actor)).rejects.toThrow();
    expect([await state(id), await autoConf()]).toEqual(['failed', before]);
    const settings = [
      { name: 'autovacuum', current: 'off', proposed: 'on', why: 'test', takesEffect: 'reload' },
    ];
    const second = await stored({ ...made, facts: { change: 'autovacuum', settings } });
    await applyChange(store, second, actor);
    expect((await changeDetail(store, second)).journal.at(-1)?.detail).toContain(
      'autovacuum is overridden (command line)',
    );
    await rollbackChange(store, second, actor);
    expect(await autoConf()).toEqual(before);
  });

  it('refuses what the operator may not do, with the statements that grant it', async () => {
    await db.query("drop role if exists guest; create role guest login password 'g'");
    const limited = new URL(url);
    limited.username = 'guest';
    limited.password = 'g';
    const made = await tuned();
    const id = await storedChange(store, url, made, limited.toString());
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({
      code: 'privilege-missing',
      message: expect.stringContaining('GRANT ALTER SYSTEM ON PARAMETER'),
    });
    expect((await changeDetail(store, id)).journal).toEqual([]);
  });

  it('creates pg_stat_statements where it is loaded, and drops it again', async () => {
    await db.query('drop extension pg_stat_statements');
    const created = () =>
      scalar("select count(*)::int from pg_extension where extname = 'pg_stat_statements'");
    const id = await stored(await plan('postgres/enable-statements'));
    await applyChange(store, id, actor);
    expect(await created()).toBe(1);
    expect((await plans()).map((p) => p.optimization)).not.toContain('postgres/enable-statements');
    await died(id, 'applying');
    expect(await settled()).toContain('had finished');
    await rollbackChange(store, id, actor);
    expect(await created()).toBe(0);
    await applyChange(store, id, actor);
  });

  it('validates a constraint', async () => {
    await db.query(
      'create table t as select 1 as a; alter table t add constraint "K" check (a > 0) not valid',
    );
    const id = await stored(await plan('postgres/validate-constraint'));
    await died(id, 'applying');
    expect(await settled()).toContain('nothing half done');
    await applyChange(store, id, actor);
    expect(await scalar("select convalidated from pg_constraint where conname = 'K'")).toBe(true);
    await db.query('alter table t add constraint bad check (a > 1) not valid');
    const second = await stored(await plan('postgres/validate-constraint'));
    await expect(applyChange(store, second, actor)).rejects.toThrow(/violated/);
    expect(await state(second)).toBe('failed');
  });

  it('ends a session that is idle in a transaction, and nobody else', async () => {
    const idle = await connected(url);
    await idle.query('begin; select 1');
    const limits = { idleInTransactionMs: 0 };
    const first = await stored(await plan('postgres/terminate-session', limits));
    await idle.query('rollback');
    await expect(applyChange(store, first, actor)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Nothing was done'),
    });
    await idle.query('begin; select 1');
    await died(first, 'applying');
    expect(await settled()).toContain('goes on as before');
    await applyChange(store, first, actor);
    await expect(idle.query('select 1')).rejects.toThrow();
    expect(await state(first)).toBe('applied');
    await idle.end().catch(() => undefined);
  });

  it('cancels the statement at the head of a queue; its session stays', async () => {
    await db.query('create table t (a int)');
    const holder = await connected(url);
    const waiters = await Promise.all([1, 2, 3].map(() => connected(url)));
    await holder.query('begin; lock table t in share row exclusive mode');
    const running = holder.query('select pg_sleep(600)').catch((error: Error) => error.message);
    const done = waiters.map((w) => w.query('insert into t values (1)'));
    await until(
      async () =>
        (await scalar("select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'")) === 3,
    );
    const made = await plans({ blockedMs: 0 });
    expect(made.map((p) => p.optimization)).toContain('postgres/terminate-session');
    const cancel = made.find((p) => p.optimization === 'postgres/cancel-session');
    if (!cancel) throw new Error('no plan to cancel');
    const id = await stored(cancel);
    await applyChange(store, id, actor);
    expect(await running).toContain('canceling statement');
    await holder.query('rollback');
    await Promise.all(done);
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'conflict' });
    await Promise.all([holder, ...waiters].map((c) => c.end()));
  });

  it('keeps an aggregate in a materialized view that answers as the statement does', async () => {
    await db.query(`create table u as select n as id, 'c' || n % 7 as country from generate_series(1, 500) n;
      create table o as select n as id, n % 500 + 1 as uid from generate_series(1, 5000) n`);
    const select = 'select u.country, count(*) as n from u join o on o.uid = u.id group by u.country';
    const view = {
      schema: 'public',
      name: 'ratchet_mv_test',
      select,
      key: ['country'],
      instead: 'SELECT country, n FROM public.ratchet_mv_test WHERE country = $1',
    };
    const { createMaterializedView } = await import('./create-materialized-view');
    const snapshot = await withObserver({ kind: 'postgres', url }, readPostgresSnapshot);
    const about = { key: 'k', id: 'x/y', severity: 'low' as const, target: 'db', subject: 's', title: 'why' };
    const [made] = createMaterializedView.propose(
      {
        ...about,
        detail: '',
        evidence: [],
        weight: 0,
        optimizations: [],
        facts: { view, statements: ['42'] },
      },
      snapshot,
    );
    if (!made) throw new Error('no plan');
    // By these its trial knows what to send before and after.
    expect(made.facts).toMatchObject({ statements: ['42'] });
    expect(made.instead).toEqual([
      { statement: '42', sql: view.instead, relation: { schema: 'public', name: 'ratchet_mv_test' } },
    ]);
    const id = await stored(made);
    await applyChange(store, id, actor);
    expect((await db.query(view.instead, ['c3'])).rows).toEqual(
      (await db.query(`select * from (${select}) s where country = $1`, ['c3'])).rows,
    );
    await db.query(made.snippets?.[1]?.text ?? '');
    await rollbackChange(store, id, actor);
    const there = () => scalar("select count(*)::int from pg_class where relname = 'ratchet_mv_test'");
    expect(await there()).toBe(0);
    // Killed between the view and its index.
    await db.query(made.steps[0]?.statement ?? '');
    await died(id, 'applying');
    expect(await settled()).toContain('half done and was dropped');
    expect(await there()).toBe(0);
    await db.query('create table ratchet_mv_test (a int)');
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'conflict' });
    expect(await there()).toBe(1);
  });

  it('refuses a build for want of space', async () => {
    await expect(refuseForWantOfSpace(db, 'db', 1e9, 1e9)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('1,000 MB free'),
    });
    await refuseForWantOfSpace(db, 'db', 1e9, 3e9);
    await expect(refuseForWantOfSpace(db, 'db', 1e18)).rejects.toMatchObject({ code: 'conflict' });
    await refuseBesideLaggingReplicas(db, 'db');
  });
});
