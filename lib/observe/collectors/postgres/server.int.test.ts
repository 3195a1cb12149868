import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerState } from '@/lib/contracts/server-state';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStandby, type TestStandby } from '@/test/standby';
import type { Value } from '../../collector-types';
import { openPostgres } from './collector';
import { readServerState } from './server-state';

let newest: TestCluster;
let old: TestCluster;
let standby: TestStandby;
const clients: pg.Client[] = [];

beforeAll(async () => {
  [newest, old] = await Promise.all([startTestPostgres(), startTestPostgres({ version: 15 })]);
  standby = await startTestStandby(old.url());
});
afterAll(async () => {
  await Promise.all(clients.map((c) => c.end()));
  await standby?.stop();
  await Promise.all([newest?.stop(), old?.stop()]);
});

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return client;
}

const state = async (url: string) =>
  ServerState.parse(await withObserver({ kind: 'postgres', url }, readServerState));
const signal = new AbortController().signal;

/** Values of two readings with work in between. */
async function between(url: string, work: () => Promise<unknown>): Promise<Map<string, Value>> {
  const collector = await openPostgres({ kind: 'postgres', url });
  try {
    await collector.vitals(signal);
    await work();
    // Rates need an interval that is long beside the readings themselves.
    await sleep(1_500);
    const { values } = await collector.vitals(signal);
    return new Map(values.map((v) => [`${v.metric} ${v.label ?? ''}`.trim(), v]));
  } finally {
    await collector.close();
  }
}

const versions: [string, () => string][] = [
  ['18', () => newest.url()],
  ['15', () => old.url()],
];
describe.each(versions)('PostgreSQL %s', (_, url) => {
  it('counts checkpoints and WAL, in rates and in all', async () => {
    const db = await connected(url());
    await db.query('CREATE TABLE IF NOT EXISTS filled (a text)');
    const before = await state(url());
    const fill = async () => {
      await db.query("INSERT INTO filled SELECT repeat('x', 500) FROM generate_series(1, 4000)");
      await db.query('CHECKPOINT');
      // Counters of other sessions are seen when they are flushed.
      await db.query('SELECT pg_stat_force_next_flush()');
    };
    const values = await between(url(), fill);
    const rate = (name: string) => values.get(name)?.value ?? 0;
    expect(rate('pg.wal')).toBeGreaterThan(100_000);
    expect(rate('pg.wal_full_pages')).toBeGreaterThan(0);
    expect(rate('pg.checkpoint_written')).toBeGreaterThan(100_000);
    const after = await state(url());
    expect(after.checkpoints.requested).toBeGreaterThan(before.checkpoints.requested);
    expect(after.checkpoints.bytes - before.checkpoints.bytes).toBeGreaterThan(2_000_000);
    expect((after.wal?.bytes ?? 0) - (before.wal?.bytes ?? 0)).toBeGreaterThan(2_000_000);
    expect(after.walFolder?.bytes).toBeGreaterThan(0);
    expect(after).toMatchObject({ standby: false, archiver: { mode: 'off' }, seesAll: true });
  });

  it('a reset of the counters gives no rate, and none below zero', async () => {
    const db = await connected(url());
    const reset = () =>
      db
        .query("SELECT pg_stat_reset_shared('wal'), pg_stat_reset_shared('bgwriter')")
        .then(() =>
          url() === newest.url() ? db.query("SELECT pg_stat_reset_shared('checkpointer')") : null,
        );
    const values = await between(url(), reset);
    expect([...values.keys()].filter((k) => k.startsWith('pg.wal') || k.includes('checkpoint'))).toEqual([]);
  });

  it('tells of WAL kept for a slot that nobody reads', async () => {
    const db = await connected(url());
    await db.query("SELECT pg_create_physical_replication_slot('forgotten', true)");
    const kept = () => db.query("INSERT INTO filled SELECT repeat('y', 500) FROM generate_series(1, 2000)");
    const values = await between(url(), kept);
    expect(values.get('pg.slot_retained forgotten')?.value).toBeGreaterThan(500_000);
    expect((await state(url())).slots).toMatchObject([
      { name: 'forgotten', type: 'physical', active: false, walStatus: 'reserved' },
    ]);
    await db.query("SELECT pg_drop_replication_slot('forgotten')");
    expect((await state(url())).slots).toEqual([]);
  });
});

it('shows a replica that does not replay, from both sides', async () => {
  const [primary, replica] = await Promise.all([connected(old.url()), connected(standby.url())]);
  await expect.poll(async () => (await state(old.url())).replicas.length).toBe(1);
  await replica.query('SELECT pg_wal_replay_pause()');
  const values = await between(old.url(), () =>
    primary.query("INSERT INTO filled SELECT repeat('z', 500) FROM generate_series(1, 4000)"),
  );
  const behind = [...values.values()].find((v) => v.metric === 'pg.replica_behind');
  expect(behind?.value).toBeGreaterThan(1_000_000);
  const seen = await state(old.url());
  expect(seen.replicas).toMatchObject([{ name: behind?.label, state: 'streaming', sync: 'async' }]);
  expect(await state(standby.url())).toMatchObject({ standby: true, standbyLagMs: expect.any(Number) });

  await replica.query('SELECT pg_wal_replay_resume()');
  await expect.poll(async () => (await state(standby.url())).standbyLagMs, { timeout: 10_000 }).toBeNull();
  await expect
    .poll(async () => (await state(old.url())).replicas[0]?.behindBytes, { timeout: 10_000 })
    .toBe(0);
});
