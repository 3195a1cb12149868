import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { finding } from '@/lib/diagnose/finding';
import { diagnoseStack } from '@/lib/diagnose/record';
import { listFindings, listNotChecked } from '@/lib/diagnose/verbs';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { optimizationById } from './catalogue';
import { changeDetail, settleChanges } from './runner';
import { actor, connected, storedChange, until } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

describe('a real database, a real worker, and the store', () => {
  let test: { store: Store; url: string; stop(): Promise<void> };
  let store: Store;
  let target: TestCluster;
  let db: pg.Client;
  let url: string;
  beforeAll(async () => {
    test = await startTestStore();
    store = test.store;
    target = await startTestPostgres({ version: 18 });
    url = target.url();
    db = await connected(url);
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
    await test?.stop();
  });

  async function stored(id: string, facts: Record<string, unknown>): Promise<number> {
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
    if (!plan) throw new Error('no plan');
    return storedChange(store, url, plan);
  }

  /** Starts a worker on the change, kills it as soon as `ready`, and settles. */
  async function killedWhen(id: number, ready: () => Promise<boolean>): Promise<string> {
    const args = ['--import', 'tsx', 'test/change-worker.ts', test.url, String(id), 'apply'];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await until(ready, 60_000);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    let what = '';
    // The store notices a little later that the worker is gone.
    await until(async () => {
      what = (await settleChanges(store))[0]?.what ?? '';
      return what !== '' || !['applying', 'rolling-back'].includes((await changeDetail(store, id)).state);
    });
    return what;
  }

  it('drops the copy that a killed REINDEX left', async () => {
    await db.query(
      'create table t as select n as a from generate_series(1, 20000) n; create index i on t (a)',
    );
    const blocker = await connected(url);
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const id = await stored('postgres/reindex', {
      schema: 'public',
      table: 't',
      index: 'i',
      bytes: 1,
      wasted: 1,
    });
    const copies = async () =>
      (await db.query("select 1 from pg_class where relname ~ '^i_cc'")).rowCount ?? 0;
    const what = await killedWhen(id, async () => (await copies()) > 0);
    expect(what).toMatch(/was ended.*what it left \(i_ccnew\) was dropped/);
    expect(await copies()).toBe(0);
    expect((await changeDetail(store, id)).state).toBe('rolled-back');
    await blocker.query('rollback');
    await blocker.end();
  });

  it('leaves settings whole or as they were, killed after the first was written', async () => {
    const names = ['work_mem', 'maintenance_work_mem', 'max_wal_size', 'min_wal_size', 'random_page_cost'];
    const proposed = ['9MB', '99MB', '3GB', '512MB', '1.5'];
    const id = await stored('postgres/change-settings', {
      change: 'test',
      settings: names.map((name, i) => ({
        name,
        current: '?',
        proposed: proposed[i],
        why: 'test',
        takesEffect: 'reload',
      })),
    });
    const entries = async () =>
      (await db.query("select name from pg_file_settings where sourcefile like '%auto.conf' order by 1"))
        .rows;
    const before = await entries();
    await killedWhen(id, async () => (await entries()).length > before.length);
    const { state, journal } = await changeDetail(store, id);
    expect(journal.at(-1)?.phase).toMatch(/settled|after/);
    const now = (await entries()).length - before.length;
    expect([state, now]).toEqual(state === 'applied' ? ['applied', names.length] : ['rolled-back', 0]);
  });

  it('stores what could not be checked, replaces it, and ties findings to the remedy of another', async () => {
    await addTarget(store, actor, {
      stack: 'checks',
      name: 'pg',
      connection: { kind: 'postgres', url },
      options: { memoryBytes: 8 * 2 ** 30 },
    });
    await diagnoseStack(store, 'checks');
    const missing = await listNotChecked(store, 'checks');
    expect(missing).toContainEqual(
      expect.objectContaining({
        id: 'postgres/slow-statement',
        target: 'pg',
        enable: expect.stringContaining('CREATE EXTENSION'),
      }),
    );
    expect(await listNotChecked(store, 'test')).toEqual([]);
    const settings = (await listFindings(store, { stack: 'checks' })).filter(
      (f) => f.id === 'postgres/settings',
    );
    const carrier = settings.find((f) => f.optimizations.length > 0 && f.severity !== 'critical');
    const tied = settings.find((f) => f.related.length > 0);
    expect(tied?.related).toEqual([{ number: carrier?.number, title: carrier?.title }]);

    // Storage stays unknown, which must not keep what was found on memory from being resolved.
    await db.query("alter system set work_mem = '20MB'");
    await db.query('select pg_reload_conf()');
    await db.query('create extension pg_stat_statements');
    await until(async () => (await db.query('show work_mem')).rows[0]?.work_mem === '20MB');
    await diagnoseStack(store, 'checks');
    expect((await listNotChecked(store, 'checks')).map((c) => c.id)).not.toContain('postgres/slow-statement');
    const open = (await listFindings(store, { stack: 'checks' })).map((f) => f.subject);
    expect(open).not.toContain('work_mem');
    expect(open).toContain('shared_buffers');
  });
});
