import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { KeptObservers } from './kept-observers';

let cluster: TestCluster;
let admin: pg.Client;
beforeAll(async () => {
  cluster = await startTestPostgres({ version: 18 });
  admin = new pg.Client(cluster.url());
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await cluster?.stop();
});

const pidOf = async (client: pg.Client) =>
  (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;

const connected = async () =>
  (
    await admin.query<{ n: number }>(
      "select count(*)::int as n from pg_stat_activity where application_name = 'ratchet'",
    )
  ).rows[0]?.n;

it('uses one connection again and again, and another while that one is busy', async () => {
  const observers = new KeptObservers();
  const conn = { kind: 'postgres' as const, url: cluster.url() };
  const first = await observers.with(conn, pidOf);
  await observers.with(conn, async (client) => {
    expect(await pidOf(client)).toBe(first);
    expect(await observers.with(conn, pidOf)).not.toBe(first);
  });
  expect(await observers.with(conn, pidOf)).toBe(first);
  await observers.close();
  await expect.poll(connected).toBe(0);
});

it('connects anew when the server cut the connection', async () => {
  const observers = new KeptObservers();
  const conn = { kind: 'postgres' as const, url: cluster.url() };
  const first = await observers.with(conn, pidOf);
  await admin.query('select pg_terminate_backend($1)', [first]);
  await expect.poll(connected).toBe(0);
  expect(await observers.with(conn, pidOf)).not.toBe(first);
  await observers.close();
});

it('ends what was not used for a round', async () => {
  const observers = new KeptObservers();
  const conn = { kind: 'postgres' as const, url: cluster.url() };
  const first = await observers.with(conn, pidOf);
  observers.closeUnused();
  expect(await observers.with(conn, pidOf)).toBe(first);
  observers.closeUnused();
  observers.closeUnused();
  await expect.poll(connected).toBe(0);
});

it('tells what the server says, and keeps no connection that failed', async () => {
  const observers = new KeptObservers();
  const conn = { kind: 'postgres' as const, url: cluster.url() };
  await observers.with(conn, pidOf);
  const wrong = observers.with(conn, (client) => client.query('create table t (id int)'));
  await expect(wrong).rejects.toMatchObject({ name: 'AppError' });
  await expect.poll(connected).toBe(0);
});
