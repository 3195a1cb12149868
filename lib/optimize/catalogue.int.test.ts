import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import { finding } from '@/lib/diagnose/finding';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { optimizationById } from './catalogue';
import { applyChange, changeDetail, rollbackChange, settleChanges } from './runner';
import { actor, connected, storedChange } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

let test: { store: Store; stop(): Promise<void> };
let store: Store;
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(() => test?.stop());

describe.each([15, 18] as const)('the catalogue on PostgreSQL %i', (version) => {
  let target: TestCluster;
  let db: pg.Client;
  beforeAll(async () => {
    target = await startTestPostgres({ version, settings: ['autovacuum=off'] });
    db = await connected(target.url());
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
  });
  beforeEach(async () => {
    await db.query(
      'drop table if exists "T t"; create table "T t" as select n as a, md5(n::text) as b from generate_series(1, 20000) n',
    );
  });

  /** The plan an optimization makes of a finding with these facts. */
  async function plan(id: string, facts: Record<string, unknown>): Promise<ChangePlan> {
    const snapshot = await withObserver({ kind: 'postgres', url: target.url() }, readPostgresSnapshot);
    const about = {
      id: 'x/y',
      severity: 'low' as const,
      target: 'db',
      subject: 's',
      title: 'why',
      detail: '',
      evidence: [],
      facts,
    };
    const [made] = optimizationById(id).propose(finding(about), snapshot);
    if (!made) throw new Error('no plan');
    return made;
  }
  const definitions = async () =>
    (
      await db.query<{ indexdef: string }>(
        "select indexdef from pg_indexes where tablename = 'T t' order by 1",
      )
    ).rows.map((r) => r.indexdef);
  const dropPlan = async (definition: string, index: string) =>
    plan('postgres/drop-index', { schema: 'public', table: 'T t', index, definition, bytes: 8192 });

  it('drops an index of any definition and builds the very same again', async () => {
    await db.query(
      'create unique index "My idx" on "T t" (lower(b) text_pattern_ops desc, a) include (b) with (fillfactor = 80) where a > 5',
    );
    const [definition = ''] = await definitions();
    const id = await storedChange(store, target.url(), await dropPlan(definition, 'My idx'));
    await applyChange(store, id, actor);
    expect(await definitions()).toEqual([]);
    await applyChange(store, id, actor);
    await rollbackChange(store, id, actor);
    expect(await definitions()).toEqual([definition]);
    expect((await changeDetail(store, id)).plan.inverse[0]?.statement).toContain(
      'CREATE UNIQUE INDEX CONCURRENTLY "My idx"',
    );
  });

  it('refuses to drop an index that is another one by now, or that holds a constraint', async () => {
    await db.query('create index i on "T t" (a)');
    const [definition = ''] = await definitions();
    const id = await storedChange(store, target.url(), await dropPlan(definition, 'i'));
    await db.query('drop index i; create index i on "T t" (b)');
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'conflict' });
    await db.query('drop index i; alter table "T t" add constraint i unique (a)');
    const [ofConstraint = ''] = await definitions();
    const second = await storedChange(store, target.url(), await dropPlan(ofConstraint, 'i'));
    await expect(applyChange(store, second, actor)).rejects.toMatchObject({ code: 'conflict' });
    expect(await definitions()).toHaveLength(1);
  });

  it('settles a drop that did not begin, one that is half done, and one that is done', async () => {
    await db.query('create index i on "T t" (a)');
    const [definition = ''] = await definitions();
    const id = await storedChange(store, target.url(), await dropPlan(definition, 'i'));
    const died = () => store.db.change.update({ where: { id }, data: { state: 'applying' } });
    const state = async () => (await changeDetail(store, id)).state;
    await died();
    expect((await settleChanges(store))[0]?.what).toContain('had not begun');
    expect(await state()).toBe('rolled-back');
    await died();
    await db.query("update pg_index set indisvalid = false where indexrelid = 'i'::regclass");
    expect((await settleChanges(store))[0]?.what).toContain('was finished');
    expect([await state(), await definitions()]).toEqual(['applied', []]);
    await died();
    expect((await settleChanges(store))[0]?.what).toContain('had finished');
    await store.db.change.update({ where: { id }, data: { state: 'rolling-back' } });
    expect((await settleChanges(store))[0]?.what).toContain('dropped still');
    expect(await state()).toBe('applied');
  });

  it.each([
    ['included columns', { columns: ['a'], include: ['b'] }, '("a") INCLUDE (b)'],
    ['a condition', { columns: ['a'], predicate: "b = 'x'" }, "(a) WHERE (b = 'x'::text)"],
    ['an expression', { columns: ['lower(b)'], expressions: [0] }, '(lower(b))'],
    ['GIN', { columns: ["to_tsvector('simple', b)"], expressions: [0], method: 'gin' }, 'USING gin'],
  ])('creates an index with %s, knows it again, settles and rolls back', async (_, shape, shown) => {
    const made = await plan('postgres/create-index', { schema: 'public', table: 'T t', ...shape });
    const id = await storedChange(store, target.url(), made);
    await applyChange(store, id, actor);
    const [definition = ''] = await definitions();
    expect(definition).toContain(shown.replace('"a"', 'a'));
    const index = String(made.facts.index);
    // A crash after the build, and one within it.
    const died = () => store.db.change.update({ where: { id }, data: { state: 'applying' } });
    await died();
    expect((await settleChanges(store))[0]?.what).toContain('had finished');
    await died();
    await db.query('update pg_index set indisvalid = false where indexrelid = $1::regclass', [`"${index}"`]);
    expect((await settleChanges(store))[0]?.what).toContain('was interrupted');
    expect(await definitions()).toEqual([]);
    // Applied again beside one of that name that is another index: that one is left alone.
    await db.query(`create index "${index}" on "T t" (a desc, b)`);
    await applyChange(store, id, actor);
    expect(await definitions()).toHaveLength(2);
    await rollbackChange(store, id, actor);
    expect(await definitions()).toEqual([expect.stringContaining('(a DESC, b)')]);
  });

  it('analyses and vacuums, and has nothing to roll back', async () => {
    await db.query('delete from "T t" where a > 10000');
    const facts = { schema: 'public', table: 'T t' };
    for (const id of ['postgres/analyze', 'postgres/vacuum']) {
      const change = await storedChange(store, target.url(), await plan(id, facts));
      await applyChange(store, change, actor);
      expect(await changeDetail(store, change)).toMatchObject({
        state: 'applied',
        plan: { reversible: false, inverse: [] },
      });
      await expect(rollbackChange(store, change, actor)).rejects.toMatchObject({ code: 'unsupported' });
    }
    await db.query('select pg_stat_force_next_flush()');
    const { rows } = await db.query(
      "select last_analyze is not null as a, last_vacuum is not null as v from pg_stat_user_tables where relname = 'T t'",
    );
    expect(rows[0]).toEqual({ a: true, v: true });
  });

  it('refuses ANALYZE that the server would only skip with a warning', async () => {
    await db.query("drop role if exists guest; create role guest login password 'g'");
    const limited = new URL(target.url());
    limited.username = 'guest';
    limited.password = 'g';
    const made = await plan('postgres/analyze', { schema: 'public', table: 'T t' });
    const id = await storedChange(store, target.url(), made, limited.toString());
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({
      code: 'privilege-missing',
      message: expect.stringContaining('GRANT'),
    });
    await db.query(version >= 17 ? 'grant maintain on "T t" to guest' : 'grant postgres to guest');
    await applyChange(store, id, actor);
    expect((await changeDetail(store, id)).state).toBe('applied');
  });
});
