import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { proposeChanges } from './propose';
import { applyChange, changeDetail, rollbackChange } from './runner';
import { actor, connected } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));

let test: { store: Store; stop(): Promise<void> };
let store: Store;
let target: TestCluster;
let db: pg.Client;
const stack = 'planner';

/** A statement for whose rows half of the pages are read: with an index it is little cheaper at 4 a random page, far cheaper at 1.1. */
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
  target = await startTestPostgres({ version: 15 });
  db = await connected(target.url());
  await db.query('create extension pg_stat_statements; create extension hypopg');
  await db.query(`create table visits as select n as id, (hashint4(n) & 1023) % 60 as shop, repeat('x', 160) as note
    from generate_series(1, 60000) n`);
  await db.query('vacuum analyze visits');
  // Beside it the workload does far more that no index helps.
  for (let shop = 0; shop < 10; shop++) {
    await db.query('select note from visits where shop = $1', [shop]);
    await db.query('select count(*) from generate_series(1, 1000000)');
  }
  await addTarget(store, actor, {
    stack,
    name: 'pg',
    connection: { kind: 'postgres', url: target.url() },
    options: { memoryBytes: 8 * 2 ** 30, storage: 'ssd' },
  });
});
afterAll(async () => {
  await db?.end();
  await target?.stop();
  await test?.stop();
});

const proposed = async () => {
  const ids = await proposeChanges(store, stack);
  return Promise.all(
    ids.map(async (id) => {
      const { subject, purpose } = (await changeDetail(store, id)).plan;
      return { id, subject, purpose };
    }),
  );
};

it('planner settings are proposed before indexes, and indexes are advised under those in force', async () => {
  const [settings, ...rest] = await proposed();
  if (!settings) throw new Error('nothing proposed');
  expect(settings.subject).toMatch(/random_page_cost/);
  expect(settings.subject).not.toMatch(/wal|maintenance/);
  expect(settings.purpose).toBe('so that plans are chosen for this machine');
  expect(rest.map((p) => p.subject)).not.toContain('public.visits');

  await applyChange(store, settings.id, actor);
  const [index] = await proposed();
  expect(index).toMatchObject({ subject: 'public.visits', purpose: undefined });

  await rollbackChange(store, settings.id, actor);
  expect((await proposed()).map((p) => p.subject)).toContain(settings.subject);
  expect((await proposed()).map((p) => p.subject)).not.toContain('public.visits');
});
