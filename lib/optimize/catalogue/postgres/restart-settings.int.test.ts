import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { startTrial } from '@/lib/prove/trial/start';
import { DemoPostgres } from '@/lib/services/demo-postgres';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestStore } from '@/test/store';
import { planChanges } from '../../plan';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { startChangeJob } from '../../start';
import { actor, connected, storedChange } from '../../testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
// The settings of the process are read once, by the first module that asks.
const dataDir = await vi.hoisted(async () => {
  const { mkdtemp, chmod } = await import('node:fs/promises');
  const dir = await mkdtemp(`${process.env.TMPDIR ?? '/tmp'}/ratchet-restart-`);
  await chmod(dir, 0o755);
  process.env.RATCHET_DATA_DIR = dir;
  return dir;
});

describe('settings that a restart brings into force, on the server that Ratchet runs', () => {
  let test: { store: Store; url: string; stop(): Promise<void> };
  let store: Store;
  let demo: DemoPostgres;
  const said: string[] = [];
  beforeAll(async () => {
    test = await startTestStore();
    store = test.store;
    demo = new DemoPostgres({ dataDir, say: (line) => said.push(line) });
    await demo.start();
  });
  afterAll(async () => {
    await demo?.stop();
    await test?.stop();
    await fs.rm(dataDir, { recursive: true, force: true });
  });

  async function ask(sql: string): Promise<unknown> {
    const db = await connected(demo.url);
    try {
      return Object.values((await db.query(sql)).rows[0] ?? {})[0];
    } finally {
      await db.end();
    }
  }
  const buffers = () => ask('show shared_buffers');
  const entries = () =>
    ask(
      "select string_agg(name || '=' || setting, ' ' order by name) from pg_file_settings where sourcefile like '%auto.conf'",
    );

  async function plan(restartable: boolean, url = demo.url) {
    const snapshot = await withObserver({ kind: 'postgres', url }, readPostgresSnapshot);
    const found = await diagnose({
      targets: [
        {
          name: 'db',
          kind: 'postgres',
          snapshot,
          withConnection: (fn) => withObserver({ kind: 'postgres', url }, fn),
          machine: { memoryBytes: 2 ** 30 },
          restartable,
        },
      ],
    });
    return planChanges(found, new Map([['db', snapshot]])).map((p) => p.plan);
  }
  async function stored(other: { name: string; proposed: string }[] = []): Promise<number> {
    const made = (await plan(true)).find((p) => p.optimization === 'postgres/restart-settings');
    if (!made) throw new Error('no plan');
    const as = { current: '?', why: 'test', takesEffect: 'restart' as const };
    const settings = [...(made.settings ?? []), ...other.map((s) => ({ ...as, ...s }))];
    const id = await storedChange(store, demo.url, { ...made, facts: { ...made.facts, settings } });
    await store.db.target.updateMany({ data: { options: { restartedBy: 'ratchet' } } });
    return id;
  }
  const died = (id: number, state: 'applying' | 'rolling-back') =>
    store.db.change.update({ where: { id }, data: { state } });

  it('is a fragment where Ratchet may not restart the server, and asks before it does', async () => {
    expect((await plan(false)).map((p) => p.optimization)).not.toContain('postgres/restart-settings');
    const id = await stored();
    expect((await changeDetail(store, id)).plan).toMatchObject({
      needsRestart: true,
      affects: [],
      steps: [
        { statement: "ALTER SYSTEM SET shared_buffers = '256MB'" },
        { kind: 'sql' },
        { kind: 'restart', statement: 'restart the server' },
      ],
    });
    await expect(startChangeJob(store, actor, id, 'apply')).rejects.toThrow('cuts off every session');
    await expect(startTrial(store, actor, { changeId: id })).rejects.toThrow('cannot be compared under load');
  });

  it('takes effect, and is taken back, with a restart each that is no crash', async () => {
    const id = await stored();
    await applyChange(store, id, actor);
    expect(await buffers()).toBe('256MB');
    expect((await plan(true)).map((p) => p.subject)).not.toContain('shared_buffers');
    await rollbackChange(store, id, actor);
    expect(await buffers()).toBe('128MB');
    expect(await entries()).toBeNull();
    const { journal, state } = await changeDetail(store, id);
    expect(state).toBe('rolled-back');
    expect(journal.filter((l) => l.statement === 'restart the server' && l.phase === 'after')).toHaveLength(
      2,
    );
    expect(said.join('\n')).not.toContain('ended');
  });

  it('runs with the old settings again where it does not start with the new ones', async () => {
    await ask("alter system set shared_buffers = '96MB'");
    // WAL senders, of which there are ten, want more than minimal.
    const id = await stored([{ name: 'wal_level', proposed: 'minimal' }]);
    await expect(applyChange(store, id, actor)).rejects.toThrow(
      /did not start with the new settings.*WAL streaming/s,
    );
    expect(await entries()).toBe('shared_buffers=96MB');
    expect(await buffers()).toBe('96MB');
    expect((await changeDetail(store, id)).state).toBe('failed');
    await ask('alter system reset shared_buffers');
  });

  it('is whole or undone after the worker died at any step', async () => {
    const id = await stored();
    const before = await ask('select pg_postmaster_start_time()::text');
    await died(id, 'applying');
    expect((await settleChanges(store))[0]?.what).toContain('nothing is left');

    // Written, and not restarted.
    const startedAt = await ask('select extract(epoch from pg_postmaster_start_time())::text');
    const { plan: made } = await changeDetail(store, id);
    const facts = { ...made.facts, previous: { shared_buffers: null }, startedAt };
    await store.db.change.update({ where: { id }, data: { plan: { ...made, facts } as object } });
    await ask("alter system set shared_buffers = '256MB'");
    await died(id, 'applying');
    expect((await settleChanges(store))[0]?.what).toContain('were set back');
    expect(await entries()).toBeNull();
    expect(await ask('select pg_postmaster_start_time()::text')).toBe(before);

    // Restarted, and not stored.
    await applyChange(store, id, actor);
    await died(id, 'applying');
    expect((await settleChanges(store))[0]?.what).toContain('runs with all settings');
    expect((await changeDetail(store, id)).state).toBe('applied');

    // On the way back, before the restart.
    const applied = await changeDetail(store, id);
    const now = await ask('select extract(epoch from pg_postmaster_start_time())::text');
    const back = { ...applied.plan, facts: { ...applied.plan.facts, startedAt: now } };
    await store.db.change.update({ where: { id }, data: { plan: back as object } });
    await died(id, 'rolling-back');
    expect((await settleChanges(store))[0]?.what).toContain('it was finished');
    expect([await buffers(), await entries()]).toEqual(['128MB', null]);
  });

  it('leaves alone a server that it does not run', async () => {
    const [made] = (await plan(true, test.url)).filter((p) => p.needsRestart);
    if (!made) throw new Error('no plan');
    const id = await storedChange(store, test.url, made);
    await expect(applyChange(store, id, actor)).rejects.toThrow('may not restart');
    await store.db.target.updateMany({ data: { options: { restartedBy: 'ratchet' } } });
    await expect(applyChange(store, id, actor)).rejects.toThrow('not the server that this Ratchet runs');
  });
});
