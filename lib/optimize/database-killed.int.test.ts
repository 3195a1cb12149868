import { randomBytes } from 'node:crypto';
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
import { actor, connected, storedChange, until } from './testing/fixture';
import { traces } from './testing/traces';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

type Direction = 'apply' | 'rollback';
const both: Direction[] = ['apply', 'rollback'];
const cases: [string, string, Direction[], Record<string, unknown>][] = [
  ['an index', 'postgres/create-index', both, { schema: 'public', table: 't', columns: ['a'] }],
  [
    'settings',
    'postgres/change-settings',
    both,
    {
      change: 'test',
      settings: [{ name: 'work_mem', current: '?', proposed: '9MB', why: 'test', takesEffect: 'reload' }],
    },
  ],
  [
    'a materialized view',
    'postgres/create-materialized-view',
    // Undone by one statement, as an index is.
    ['apply'],
    {
      view: {
        schema: 'public',
        name: 'sums',
        select: 'SELECT b, sum(a) AS s FROM t GROUP BY b',
        key: ['b'],
        instead: 'SELECT * FROM sums',
      },
    },
  ],
];

// The worker lives on; the server dies once a step was written down and before it is carried out.
describe('a change whose server is killed before any of its steps', () => {
  let test: { store: Store; stop(): Promise<void> };
  let store: Store;
  let target: TestCluster;
  let url: string;
  beforeAll(async () => {
    test = await startTestStore();
    store = test.store;
    target = await startTestPostgres({ version: 18, settings: ['autovacuum=off'] });
    url = target.url();
  });
  afterAll(async () => {
    await target?.stop();
    await test?.stop();
  });

  async function ask(sql: string): Promise<unknown> {
    const db = await connected(url);
    try {
      const results: unknown = await db.query(sql);
      const last = Array.isArray(results) ? results.at(-1) : results;
      return JSON.stringify(last.rows);
    } finally {
      await db.end();
    }
  }
  const seen = () => ask(traces);

  /** As a power cut ends it; and started again, as a service manager would. */
  async function killServer(): Promise<void> {
    const { cluster } = target;
    const { pid, port } = cluster;
    if (pid === undefined) throw new Error('the server is not running');
    process.kill(pid, 'SIGKILL');
    await cluster.exited();
    cluster.options.port = port;
    // Its processes end by themselves when they see that it is gone; until then it cannot start.
    await until(() =>
      cluster.start().then(
        () => true,
        () => false,
      ),
    );
  }

  /** The store, which has the server killed when the n-th step of a change is written down. */
  function killingAt(id: number, n: number): { store: Store; killed: () => boolean } {
    let begun = 0;
    let last: bigint | null = null;
    let killed = false;
    const afterWrite = async () => {
      const line = await store.db.journalEntry.findFirst({
        where: { changeId: id },
        orderBy: { id: 'desc' },
      });
      if (line?.phase !== 'before' || line.id === last) return;
      last = line.id;
      if (begun++ !== n || killed) return;
      killed = true;
      await killServer();
    };
    const db = new Proxy(store.db, {
      get(real, key: keyof Store['db']) {
        const value = real[key];
        if (key !== '$transaction') return value;
        return async (...args: unknown[]) => {
          const result: unknown = await Reflect.apply(real.$transaction, real, args);
          await afterWrite();
          return result;
        };
      },
    });
    return { store: { ...store, db }, killed: () => killed };
  }

  async function planned(id: string, facts: Record<string, unknown>): Promise<ChangePlan> {
    await ask(
      `drop schema public cascade; create schema public;
       create table t as select n as a, n % 10 as b from generate_series(1, 2000) n`,
    );
    await ask('alter system reset all');
    await ask('select pg_reload_conf()');
    const snapshot = await withObserver({ kind: 'postgres', url }, readPostgresSnapshot);
    const about = {
      id: 'x/y',
      severity: 'low' as const,
      target: 'db',
      subject: 's',
      title: 'why',
      detail: '',
    };
    const [plan] = optimizationById(id).propose(finding({ ...about, evidence: [], facts }), snapshot);
    if (!plan) throw new Error(`no plan of ${id}`);
    return plan;
  }

  it.each(cases)('%s: is there whole or not at all, and can go on', async (_, id, directions, facts) => {
    const undisturbed = await storedChange(store, url, await planned(id, facts));
    const without = await seen();
    await applyChange(store, undisturbed, actor);
    const whole = await seen();
    expect(whole).not.toBe(without);
    for (const direction of directions)
      for (let n = 0, killed = true; killed; n++) {
        const change = await storedChange(store, url, await planned(id, facts));
        if (direction === 'rollback') await applyChange(store, change, actor);
        const dying = killingAt(change, n);
        const carryOut = direction === 'apply' ? applyChange : rollbackChange;
        const failure = await carryOut(dying.store, change, actor).catch((error: unknown) => error);
        killed = dying.killed();
        expect([n, failure === undefined]).toEqual([n, !killed]);
        await settleChanges(store);
        const { state } = await changeDetail(store, change);
        expect([n, state, await seen()]).toEqual([n, state, state === 'applied' ? whole : without]);
        expect(['applied', 'rolled-back', 'failed']).toContain(state);
        await applyChange(store, change, actor);
        expect([n, await seen()]).toEqual([n, whole]);
        await rollbackChange(store, change, actor);
        expect([n, await seen()]).toEqual([n, without]);
      }
  });
});
