import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '@/lib/store/client';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { applyChange, changeDetail, settleChanges } from './runner';
import { actor, connected, indexPlan, storedChange, until } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

let test: { store: Store; url: string; stop(): Promise<void> };
let store: Store;
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(() => test?.stop());

describe.each([15, 18] as const)('settling on PostgreSQL %i after the worker was killed', (version) => {
  let target: TestCluster;
  let db: pg.Client;
  let blocker: pg.Client;
  let worker: ChildProcess | null = null;
  let url: string;
  beforeAll(async () => {
    target = await startTestPostgres({ version });
    url = target.url();
    db = await connected(url);
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
  });
  beforeEach(async () => {
    await db.query(
      'drop table if exists t; create table t as select n as a from generate_series(1, 20000) n',
    );
    blocker = await connected(url);
  });
  afterEach(async () => {
    worker?.kill('SIGKILL');
    await blocker.end();
    await store.db.change.deleteMany({});
  });

  const index = async () =>
    (
      await db.query<{ valid: boolean }>(
        "select i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid where c.relname = 't_a_idx'",
      )
    ).rows[0];
  const operators = async () =>
    (
      await db.query(
        "select pid, state, query from pg_stat_activity where application_name = 'ratchet-operator'",
      )
    ).rowCount ?? 0;
  const change = () => storedChange(store, url, indexPlan({ table: 't', index: 't_a_idx', columns: ['a'] }));

  /** Settles as soon as the store has noticed that the killed worker is gone. */
  async function settling(): ReturnType<typeof settleChanges> {
    let found: Awaited<ReturnType<typeof settleChanges>> = [];
    await until(async () => {
      found = await settleChanges(store);
      return found.length > 0;
    }, 20_000);
    return found;
  }

  /** Starts a real worker on the change, waits for `ready`, and kills it. */
  async function killWhen(
    id: number,
    direction: 'apply' | 'rollback',
    ready: () => Promise<boolean>,
  ): Promise<void> {
    const args = ['--import', 'tsx', 'test/change-worker.ts', test.url, String(id), direction];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    worker = child;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await until(ready, 30_000);
    child.kill('SIGKILL');
    await ended;
  }

  it('drops the invalid index of a build in the middle, ending its server process', async () => {
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const id = await change();
    await killWhen(id, 'apply', async () => (await index())?.valid === false);
    expect((await changeDetail(store, id)).state).toBe('applying');
    expect(await operators()).toBe(1);
    const settled = await settling();
    expect(settled).toEqual([
      { changeId: id, what: expect.stringMatching(/was ended.*invalid index was dropped/) },
    ]);
    expect(await index()).toBeUndefined();
    expect(await operators()).toBe(0);
    const detail = await changeDetail(store, id);
    expect(detail.state).toBe('rolled-back');
    expect(detail.journal.at(-1)).toMatchObject({ phase: 'settled', detail: settled[0]?.what });
    await blocker.query('rollback');
    await applyChange(store, id, actor);
    expect(await index()).toEqual({ valid: true });
    expect(await settleChanges(store)).toEqual([]);
  });

  it('marks a build as applied that the server finished after the kill', async () => {
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const id = await change();
    await killWhen(id, 'apply', async () => (await index())?.valid === false);
    await blocker.query('rollback');
    await until(async () => (await index())?.valid === true);
    expect((await settling())[0]?.what).toContain('had finished: applied');
    expect((await changeDetail(store, id)).state).toBe('applied');
    expect((await changeDetail(store, id)).outcome?.sizeBytes).toBeGreaterThan(100_000);
  });

  it('finishes a drop in the middle', async () => {
    const id = await change();
    await applyChange(store, id, actor);
    await blocker.query('begin; select count(*) from t');
    await killWhen(id, 'rollback', async () => (await index())?.valid === false);
    await blocker.query('rollback');
    const [settled] = await settling();
    expect(settled?.what).toMatch(/drop of .* (was interrupted; it was finished|had finished)/);
    expect(await index()).toBeUndefined();
    expect((await changeDetail(store, id)).state).toBe('rolled-back');
  });

  it('leaves a change alone that a living worker has in hand', async () => {
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const id = await change();
    const stop = new AbortController();
    const applying = applyChange(store, id, actor, stop.signal).catch((error: Error) => error.message);
    await until(async () => (await index())?.valid === false);
    expect(await settleChanges(store)).toEqual([]);
    stop.abort();
    expect(await applying).toContain('Cancelled');
  });

  it('says so when the target does not answer, and settles later', async () => {
    const id = await change();
    await killWhen(id, 'apply', async () => (await changeDetail(store, id)).state !== 'proposed');
    await store.db.change.update({ where: { id }, data: { state: 'applying' } });
    target.cluster.options.port = target.cluster.port;
    await target.cluster.stop();
    expect((await settling())[0]?.what).toMatch(/^Not settled yet.*does not answer/);
    expect((await changeDetail(store, id)).state).toBe('applying');
    await target.cluster.start();
    db = await connected(target.url());
    expect(target.url()).toBe(url);
    expect(await settling()).toHaveLength(1);
    expect((await changeDetail(store, id)).state).toMatch(/applied|rolled-back/);
  });
});
