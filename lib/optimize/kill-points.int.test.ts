import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import { finding } from '@/lib/diagnose/finding';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { optimizationById } from './catalogue';
import { applyChange, changeDetail, rollbackChange, settleChanges } from './runner';
import { dieAt } from './testing/die-at';
import { actor, connected, indexPlan, storedChange } from './testing/fixture';
import { traces } from './testing/traces';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

interface Case {
  id: string;
  /** What the fault is, beside a table t (a, b) with 2,000 rows. */
  fault?: string;
  plan: ChangePlan | Record<string, unknown>;
  /** Only this direction differs from another case. */
  only?: 'apply';
  /** What is taken away after each killing, beside the table. */
  clean?: string;
}

const t = { schema: 'public', table: 't' };
const onA = () => indexPlan({ table: 't', index: 't_a_idx', columns: ['a'] });
const cases: [string, Case][] = [
  ['an index', { id: 'postgres/create-index', plan: onA() }],
  [
    'an index whose name is taken',
    { id: 'postgres/create-index', fault: 'create index t_a_idx on t (b)', plan: onA(), only: 'apply' },
  ],
  [
    'an index that somebody else made',
    { id: 'postgres/create-index', fault: 'create index t_a_idx on t (a)', plan: onA(), only: 'apply' },
  ],
  [
    'an index dropped',
    {
      id: 'postgres/drop-index',
      fault: 'create index i on t (b)',
      plan: { ...t, index: 'i', definition: 'CREATE INDEX i ON public.t USING btree (b)', bytes: 1 },
    },
  ],
  [
    'an index built anew',
    {
      id: 'postgres/reindex',
      fault: 'create index i on t (b)',
      plan: { ...t, index: 'i', bytes: 1, wasted: 1 },
    },
  ],
  ['VACUUM', { id: 'postgres/vacuum', plan: t }],
  ['ANALYZE', { id: 'postgres/analyze', plan: t }],
  [
    'autovacuum of a table',
    {
      id: 'postgres/autovacuum-settings',
      fault: 'alter table t set (autovacuum_enabled = off, fillfactor = 90)',
      plan: { ...t, autovacuum: { autovacuum_enabled: 'on', autovacuum_vacuum_scale_factor: '0.02' } },
    },
  ],
  [
    'a constraint',
    {
      id: 'postgres/validate-constraint',
      fault: 'alter table t add constraint positive check (a > 0) not valid',
      plan: { ...t, constraint: 'positive', type: 'c' },
    },
  ],
  [
    'settings',
    {
      id: 'postgres/change-settings',
      fault: `alter system set work_mem = '7MB'`,
      clean: 'alter system reset all',
      plan: {
        change: 'test',
        settings: ['work_mem=9MB', 'jit=off'].map((s) => ({
          name: s.split('=')[0],
          current: '?',
          proposed: s.split('=')[1],
          why: 'test',
          takesEffect: 'reload',
        })),
      },
    },
  ],
  [
    'statement counts',
    { id: 'postgres/enable-statements', clean: 'drop extension if exists pg_stat_statements', plan: {} },
  ],
  [
    'a materialized view',
    {
      id: 'postgres/create-materialized-view',
      plan: {
        view: {
          schema: 'public',
          name: 'sums',
          select: 'SELECT b, sum(a) AS s FROM t GROUP BY b',
          key: ['b'],
          instead: 'SELECT * FROM sums',
        },
      },
    },
  ],
];

// The worker dies before one of the steps, or after the last; then the next one settles.
describe('a change that dies at any point', () => {
  let test: { store: Store; stop(): Promise<void> };
  let store: Store;
  let target: TestCluster;
  let db: pg.Client;
  let url: string;
  beforeAll(async () => {
    test = await startTestStore();
    store = test.store;
    target = await startTestPostgres({ version: 18, settings: ['autovacuum=off'] });
    url = target.url();
    db = await connected(url);
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
    await test?.stop();
  });

  const stateOf = async (id: number) => (await changeDetail(store, id)).state;
  const seen = async () => JSON.stringify((await db.query(traces)).rows[0].all);

  async function faulty(c: Case): Promise<ChangePlan> {
    await db.query('drop schema public cascade');
    await db.query(
      'create schema public; create table t as select n as a, n % 10 as b from generate_series(1, 2000) n; analyze t',
    );
    if (c.clean) await db.query(c.clean);
    if (c.fault) await db.query(c.fault);
    await db.query('select pg_reload_conf()');
    if ('optimization' in c.plan) return c.plan as ChangePlan;
    const snapshot = await withObserver({ kind: 'postgres', url }, readPostgresSnapshot);
    const about = {
      id: 'x/y',
      severity: 'low' as const,
      target: 'db',
      subject: 's',
      title: 'why',
      detail: '',
    };
    const [plan] = optimizationById(c.id).propose(
      finding({ ...about, evidence: [], facts: c.plan }),
      snapshot,
    );
    if (!plan) throw new Error(`no plan of ${c.id}`);
    return plan;
  }

  /** What is there with the change and without it, taken from an apply that nothing disturbs. */
  async function whole(c: Case): Promise<{ without: string; with: string; reversible: boolean }> {
    const plan = await faulty(c);
    const without = await seen();
    const id = await storedChange(store, url, plan);
    await applyChange(store, id, actor);
    return { without, with: await seen(), reversible: plan.reversible };
  }

  it.each(cases)('%s: is there whole or not at all, and can go on', async (_, c) => {
    const expected = await whole(c);
    const both = expected.reversible && c.only === undefined;
    for (const direction of both ? (['apply', 'rollback'] as const) : (['apply'] as const))
      for (let point = 0, died = true; died; point++) {
        const id = await storedChange(store, url, await faulty(c));
        if (direction === 'rollback') await applyChange(store, id, actor);
        died = await dieAt(store, { url, id, direction, point });
        const [settled] = await settleChanges(store);
        expect(settled).toMatchObject({ changeId: id, what: expect.not.stringContaining('Not settled') });
        const now = await stateOf(id);
        expect(['applied', 'rolled-back']).toContain(now);
        expect([point, await seen()]).toEqual([point, now === 'applied' ? expected.with : expected.without]);
        if (direction === 'apply') {
          await applyChange(store, id, actor);
          expect(await seen()).toBe(expected.with);
        }
        if (expected.reversible) {
          await rollbackChange(store, id, actor);
          expect([point, await seen()]).toEqual([point, expected.without]);
        }
        await store.db.change.deleteMany({});
      }
  });
});
