import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStandby, type TestStandby } from '@/test/standby';
import { connected, until } from '../testing/fixture';
import { refuseBesideLaggingReplicas } from './refuse';

const lagMs = 300;

let primary: TestCluster;
let standby: TestStandby;
let db: pg.Client;
let replica: pg.Client;
beforeAll(async () => {
  primary = await startTestPostgres({ version: 15 });
  standby = await startTestStandby(primary.url());
  db = await connected(primary.url());
  replica = await connected(standby.url());
  await db.query('create table t (a int)');
});
afterAll(async () => {
  await Promise.all([db?.end(), replica?.end()]);
  await standby?.stop();
  await primary?.stop();
});

async function lagging(url: string): Promise<string[]> {
  const connection = { kind: 'postgres' as const, url };
  const snapshot = await withObserver(connection, readPostgresSnapshot);
  const { findings } = await diagnose({
    targets: [
      {
        name: 'db',
        kind: 'postgres',
        snapshot,
        withConnection: (fn) => withObserver(connection, fn),
        limits: { replicaLagMs: lagMs },
      },
    ],
  });
  return findings.filter((f) => f.id === 'postgres/replication').map((f) => f.subject);
}

async function delay(ms: number): Promise<void> {
  await replica.query(`alter system set recovery_min_apply_delay = ${ms}`);
  await replica.query('select pg_reload_conf()');
}

/** Writes a row, and waits until the primary has heard of a lag that fits. */
async function untilLag(fits: (ms: number) => boolean): Promise<void> {
  await until(async () => {
    await db.query('insert into t values (1)');
    const { rows } = await db.query<{ ms: number | null }>(
      'select (extract(epoch from replay_lag) * 1000)::float8 as ms from pg_stat_replication',
    );
    const ms = rows[0]?.ms ?? null;
    return ms !== null && fits(ms);
  }, 60_000);
}

it('sees a replica fall behind and refuses a build, until it has caught up', async () => {
  await delay(4 * lagMs);
  await untilLag((ms) => ms > 2 * lagMs);
  expect(await lagging(primary.url())).toEqual(['walreceiver']);
  await expect(refuseBesideLaggingReplicas(db, 'db', lagMs)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('walreceiver'),
  });
  await delay(0);
  await untilLag((ms) => ms < lagMs / 3);
  expect(await lagging(primary.url())).toEqual([]);
  await refuseBesideLaggingReplicas(db, 'db', lagMs);
});

it('sees on the standby itself that it does not replay', async () => {
  expect(await lagging(standby.url())).toEqual([]);
  await replica.query('select pg_wal_replay_pause()');
  await db.query('insert into t values (1)');
  await until(async () => (await lagging(standby.url())).includes('standby'));
  await replica.query('select pg_wal_replay_resume()');
  await until(async () => (await lagging(standby.url())).length === 0);
});
