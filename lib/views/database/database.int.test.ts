import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { observeOnce } from '@/lib/observe/observe-once';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { databaseActivity } from './activity';
import { databaseIndexes } from './indexes';
import { databasePlan } from './plan';
import { databaseSettings } from './settings';
import { databaseStatements } from './statements';
import { databaseTables } from './tables';

let store: Store;
let stop: () => Promise<void>;
let cluster: TestCluster;
let app: pg.Client;
let url = '';
let targetId = 0;
const query = { stack: 'shop' };

beforeAll(async () => {
  [{ store, stop }, cluster] = await Promise.all([startTestStore(), startTestPostgres()]);
  await cluster.cluster.createDatabase('app');
  url = cluster.url('app');
  app = await connected('shop-api');
  await app.query(`CREATE EXTENSION pg_stat_statements;
    CREATE TABLE tasks (id int PRIMARY KEY, user_id int, title text);
    INSERT INTO tasks SELECT n, n % 100, 'title ' || n FROM generate_series(1, 20000) n;
    CREATE INDEX tasks_user ON tasks (user_id); CREATE INDEX tasks_user_id ON tasks (user_id, id);
    ANALYZE tasks`);
  targetId = await addTarget(store, actor, {
    stack: 'shop',
    name: 'db',
    connection: { kind: 'postgres', url },
  });
});
afterAll(async () => {
  await app?.end();
  await stop?.();
  await cluster?.stop();
});

async function connected(name: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  return client;
}

const read = async () => PostgresSnapshot.parse(await observeOnce(store, targetId));

it('says that nothing was read yet, and that there is no such target', async () => {
  expect(await databaseStatements(store, query)).toMatchObject({ takenAt: null, statements: [] });
  await expect(databaseTables(store, { stack: 'shop', target: 'other' })).rejects.toThrow(
    /no PostgreSQL target named/,
  );
});

it('tells what statements cost, and plans them with the costliest step named', async () => {
  for (let i = 0; i < 5; i++) await app.query('SELECT count(*) FROM tasks WHERE title = $1 LIMIT 3', ['y']);
  await read();
  const view = await databaseStatements(store, query);
  const row = view.statements.find((s) => s.query.includes('title = $1'))!;
  expect(row).toMatchObject({ calls: 5, rows: 5, rowsPerCall: 1, tempBytes: 0 });
  expect(row.share).toBeGreaterThan(0);
  expect(row.hitRatio).toBeGreaterThan(0);
  expect(view.statements.reduce((sum, s) => sum + s.share, 0)).toBeLessThanOrEqual(1.0001);

  const before = await databasePlan(store, { ...query, statement: row.queryId });
  const costliest = before.steps.find((s) => s.id === before.costliest)!;
  expect(costliest.what).toBe('Seq Scan on tasks');
  expect(before.why).toMatch(/reads all of tasks .*title = \$1/);
  await app.query('CREATE INDEX tasks_title ON tasks (title); ANALYZE tasks');
  const after = await databasePlan(store, { ...query, statement: row.queryId });
  expect(after.totalCost).toBeLessThan(before.totalCost / 10);
  await app.query('DROP INDEX tasks_title');
  await expect(databasePlan(store, { ...query, statement: '1' })).rejects.toThrow(/does not list/);
});

it('flags indexes that are unused, covered or invalid, and shows dead rows', async () => {
  await app.query('SELECT count(*) FROM tasks WHERE id = 5');
  await app.query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'tasks_user_id'::regclass");
  await app.query('DELETE FROM tasks WHERE id > 19000; SELECT pg_stat_force_next_flush()');
  await read();
  const indexes = new Map((await databaseIndexes(store, query)).indexes.map((i) => [i.name, i]));
  expect(indexes.get('public.tasks_pkey')).toMatchObject({ primary: true, unused: false, coveredBy: null });
  expect(indexes.get('public.tasks_user_id')).toMatchObject({ valid: false });
  expect(indexes.get('public.tasks_user')).toMatchObject({ unused: true, coveredBy: null });
  await app.query("UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'tasks_user_id'::regclass");
  await read();
  const again = (await databaseIndexes(store, query)).indexes.find((i) => i.name === 'public.tasks_user');
  expect(again?.coveredBy).toBe('public.tasks_user_id');
  const [table] = (await databaseTables(store, query)).tables;
  expect(table).toMatchObject({ name: 'public.tasks', kind: 'table', deadRows: 1000, growthPerDay: null });
});

it('lists settings that somebody set, and links the findings on them', async () => {
  await app.query('ALTER DATABASE app SET work_mem = $$9MB$$');
  await read();
  const stack = await store.db.stack.findFirstOrThrow({ where: { name: 'shop' } });
  const finding = await store.db.finding.create({
    data: {
      stackId: stack.id,
      targetId,
      key: 'k',
      rule: 'postgres/settings',
      severity: 'low',
      subject: 'work_mem',
      title: 'work_mem is small',
      detail: '',
      evidence: [],
    },
  });
  const { settings, all } = await databaseSettings(store, query);
  expect(all).toBeGreaterThan(200);
  expect(settings.find((s) => s.name === 'work_mem')).toMatchObject({
    value: '9216',
    unit: 'kB',
    source: 'database',
    findings: [{ number: finding.id, severity: 'low', title: 'work_mem is small' }],
  });
  expect(settings.map((s) => s.name)).not.toContain('maintenance_work_mem');
});

it('shows who blocks whom, without the constants of their statements', async () => {
  const waiter = await connected('shop-worker');
  await app.query("BEGIN; UPDATE tasks SET title = 'secret one' WHERE id = 1");
  const waiting = waiter.query("UPDATE tasks SET title = 'secret two' WHERE id = 1");
  await expect
    .poll(async () => (await databaseActivity(store, query)).activity.blocked.length, { timeout: 20_000 })
    .toBe(1);
  const { activity } = await databaseActivity(store, query);
  const [blocked] = activity.blocked;
  const blocker = activity.busy.find((s) => s.pid === blocked!.blockedBy[0]);
  expect(blocked).toMatchObject({
    application: 'shop-worker',
    query: 'UPDATE tasks SET title = ? WHERE id = ?',
  });
  expect(blocker).toMatchObject({ application: 'shop-api', state: 'idle in transaction' });
  expect(blocker!.transactionMs).toBeGreaterThan(0);
  expect(activity.waits).toContainEqual({ waitsFor: 'Lock: transactionid', sessions: 1 });
  expect(activity.applications.map((a) => a.application)).not.toContain('ratchet');
  expect(JSON.stringify(activity)).not.toContain('secret');
  await app.query('ROLLBACK');
  await waiting;
  await waiter.end();
  expect((await databaseActivity(store, query)).activity.blocked).toEqual([]);
});
