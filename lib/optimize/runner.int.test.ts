import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '@/lib/store/client';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { applyChange, changeDetail, rollbackChange } from './runner';
import { lockTarget } from './target-lock';
import { actor, connected, indexPlan, storedChange, until } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

let test: { store: Store; url: string; stop(): Promise<void> };
let store: Store;
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(() => test?.stop());

describe.each([15, 18] as const)('applying and rolling back on PostgreSQL %i', (version) => {
  let target: TestCluster;
  let db: pg.Client;
  let url: string;
  let others: pg.Client[] = [];
  const other = async () => {
    const client = await connected(url);
    others.push(client);
    return client;
  };
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
      'drop table if exists t; create table t as select n as a, n % 100 as b from generate_series(1, 20000) n',
    );
  });
  afterEach(async () => {
    await Promise.all(others.map((c) => c.end()));
    others = [];
  });

  const indexes = async () =>
    (
      await db.query<{ name: string; valid: boolean }>(
        "select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid where t.relname = 't' order by 1",
      )
    ).rows;
  const change = () => storedChange(store, url, indexPlan({ table: 't', index: 't_a_idx', columns: ['a'] }));

  it('builds the index, drops it again, and journals, measures and audits both', async () => {
    const id = await change();
    await applyChange(store, id, actor);
    expect(await indexes()).toEqual([{ name: 't_a_idx', valid: true }]);
    let detail = await changeDetail(store, id);
    expect(detail.state).toBe('applied');
    expect(detail.outcome?.sizeBytes).toBeGreaterThan(100_000);
    expect(detail.outcome?.applyMs).toBeGreaterThan(0);
    expect(detail.journal.map((j) => [j.phase, j.statement])).toEqual([
      ['before', 'CREATE INDEX CONCURRENTLY t_a_idx ON public.t (a)'],
      ['after', 'CREATE INDEX CONCURRENTLY t_a_idx ON public.t (a)'],
    ]);
    await rollbackChange(store, id, actor);
    expect(await indexes()).toEqual([]);
    detail = await changeDetail(store, id);
    expect(detail.state).toBe('rolled-back');
    expect(detail.journal.at(-1)).toMatchObject({
      direction: 'rollback',
      phase: 'after',
      statement: 'DROP INDEX CONCURRENTLY IF EXISTS public.t_a_idx',
    });
    const entries = await store.db.auditEntry.findMany({
      where: { subject: { startsWith: `change ${id} ` } },
      orderBy: { id: 'asc' },
    });
    expect(entries.map((e) => [e.action, e.outcome, e.statements])).toEqual([
      ['change.apply', 'ok', ['CREATE INDEX CONCURRENTLY t_a_idx ON public.t (a)']],
      ['change.rollback', 'ok', ['DROP INDEX CONCURRENTLY IF EXISTS public.t_a_idx']],
    ]);
  });

  it('applies twice and rolls back twice without harm', async () => {
    const id = await change();
    await applyChange(store, id, actor);
    await applyChange(store, id, actor);
    expect(await indexes()).toHaveLength(1);
    await rollbackChange(store, id, actor);
    await rollbackChange(store, id, actor);
    expect(await indexes()).toEqual([]);
    await applyChange(store, id, actor);
    expect(await indexes()).toHaveLength(1);
  });

  it('removes an invalid leftover of the same index first', async () => {
    await db.query(
      "create index t_a_idx on t (a); update pg_index set indisvalid = false where indexrelid = 't_a_idx'::regclass",
    );
    const id = await change();
    await applyChange(store, id, actor);
    expect(await indexes()).toEqual([{ name: 't_a_idx', valid: true }]);
    expect((await changeDetail(store, id)).journal[0]).toMatchObject({ phase: 'settled' });
  });

  it('takes another name when the name belongs to another index, and drops only its own', async () => {
    await db.query('create index t_a_idx on t (b)');
    const id = await change();
    await applyChange(store, id, actor);
    expect(await indexes()).toEqual([
      { name: 't_a_idx', valid: true },
      { name: 't_a_idx_1', valid: true },
    ]);
    expect((await changeDetail(store, id)).plan.inverse[0]?.statement).toBe(
      'DROP INDEX CONCURRENTLY IF EXISTS public.t_a_idx_1',
    );
    await rollbackChange(store, id, actor);
    expect(await indexes()).toEqual([{ name: 't_a_idx', valid: true }]);
  });

  it('leaves an index that somebody else had built before', async () => {
    await db.query('create index t_a_idx on t (a)');
    const id = await change();
    await applyChange(store, id, actor);
    expect((await changeDetail(store, id)).journal[0]?.detail).toContain('there already');
    await rollbackChange(store, id, actor);
    expect(await indexes()).toHaveLength(1);
  });

  it('refuses without the privilege, says how to give it, and executes nothing', async () => {
    await db.query("drop role if exists visitor; create role visitor login password 'v'");
    const limited = new URL(url);
    limited.username = 'visitor';
    limited.password = 'v';
    const id = await storedChange(
      store,
      url,
      indexPlan({ table: 't', index: 't_a_idx', columns: ['a'] }),
      limited.toString(),
    );
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({
      code: 'privilege-missing',
      message: expect.stringContaining('GRANT postgres TO visitor'),
    });
    const detail = await changeDetail(store, id);
    expect(detail).toMatchObject({ state: 'proposed', journal: [] });
    expect(await store.db.auditEntry.findFirst({ orderBy: { id: 'desc' } })).toMatchObject({
      outcome: 'refused',
    });
  });

  it('refuses a second change of the database while one is carried out', async () => {
    const holder = await other();
    await lockTarget(holder, 'x');
    await expect(lockTarget(await other(), 'db', undefined, 300)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('cancels a running build on the server and leaves nothing behind', async () => {
    const blocker = await other();
    await blocker.query('begin isolation level repeatable read; select pg_current_xact_id()');
    const id = await change();
    const stop = new AbortController();
    const applying = applyChange(store, id, actor, stop.signal);
    applying.catch(() => undefined);
    await until(async () => (await indexes()).length === 1);
    stop.abort();
    await expect(applying).rejects.toMatchObject({ code: 'cancelled' });
    expect(await indexes()).toEqual([]);
    const detail = await changeDetail(store, id);
    expect(detail.state).toBe('proposed');
    expect(detail.journal.map((j) => j.phase)).toEqual(['before', 'failed', 'settled', 'before', 'after']);
  });

  it('undoes a build that fails on the data', async () => {
    const plan = indexPlan({ table: 't', index: 't_a_idx', columns: ['a'] });
    await db.query('insert into t values (7, 1)');
    const unique = { ...plan, facts: { ...plan.facts, unique: true } };
    const id = await storedChange(store, url, unique);
    await expect(applyChange(store, id, actor)).rejects.toThrow(/duplicated|unique/);
    expect(await indexes()).toEqual([]);
    expect(await changeDetail(store, id)).toMatchObject({
      state: 'failed',
      outcome: { error: expect.stringContaining('unique') },
    });
  });

  it('works on names with capitals, spaces, quotes and keywords', async () => {
    await db.query(
      'drop schema if exists "My Schema" cascade; create schema "My Schema"; create table "My Schema"."Order ""x""" ("select" int, "User Id" int)',
    );
    const id = await storedChange(
      store,
      url,
      indexPlan({
        schema: 'My Schema',
        table: 'Order "x"',
        index: 'Order "x"_select_idx',
        columns: ['select', 'User Id'],
      }),
    );
    await applyChange(store, id, actor);
    const count = async () =>
      (await db.query("select 1 from pg_indexes where schemaname = 'My Schema'")).rowCount;
    expect(await count()).toBe(1);
    await rollbackChange(store, id, actor);
    expect(await count()).toBe(0);
  });
});
