import { execFileSync } from 'node:child_process';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { Connection, TargetView } from '@/lib/contracts/target';
import { openStore, type Store } from '@/lib/store/client';
import { addTarget, pauseTarget, removeTarget, targetViews, updateTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import { type Observer, startObserver } from './scheduler';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = 'ab'.repeat(32);
  process.env.RATCHET_LOG_LEVEL = 'silent';
});

const admin = { userId: null, name: 'test', role: 'admin', via: 'cli' } as const;
const fast = { vitalsEveryMs: 300, heavyEveryMs: 2_000, vitalsTimeoutMs: 700, reloadEveryMs: 100 };
const settled = { timeout: 30_000, interval: 50 };

let testStore: Awaited<ReturnType<typeof startTestStore>>;
let store: Store;
let postgres: TestCluster;
let redis: TestRedis;
const web = http.createServer((_, response) => response.end('ok'));
let stack = '';
let n = 0;
const observers: Observer[] = [];

beforeAll(async () => {
  [testStore, postgres, redis] = await Promise.all([startTestStore(), startTestPostgres(), startTestRedis()]);
  store = testStore.store;
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  await client.query(
    'create extension pg_stat_statements; create table t as select generate_series(1, 1000) as id',
  );
  await client.end();
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await Promise.all([testStore?.stop(), postgres?.stop(), redis?.stop()]);
});
beforeEach(() => {
  n += 1;
  stack = `stack${n}`;
});
afterEach(async () => {
  await Promise.all(observers.splice(0).map((o) => o.stop()));
  await store.db.stack.deleteMany();
});

const observe = async (on = store) => {
  const observer = await startObserver(on, fast);
  observers.push(observer);
  return observer;
};
const add = (name: string, connection: Connection, options = {}) =>
  addTarget(store, admin, { stack, name, connection, options });
const addAll = async () => ({
  pg: await add('pg', { kind: 'postgres', url: postgres.url() }),
  redis: await add('redis', { kind: 'redis', url: redis.url }),
  web: await add('web', {
    kind: 'http',
    baseUrl: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    headers: {},
  }),
});
const view = async (name: string): Promise<TargetView> =>
  (await targetViews(store, stack)).find((t) => t.name === name)!;
const allOk = () =>
  vi.waitFor(
    async () => expect((await targetViews(store, stack)).map((t) => t.status)).toEqual(['ok', 'ok', 'ok']),
    settled,
  );

interface Row {
  metric: string;
  at: Date;
  value: number;
}
const samples = async (targetId: number, metric = '%', since = new Date(0)) =>
  (
    await store.pool.query<Row>(
      `SELECT r.metric, s.at, s.value FROM series.sample s JOIN series.series r ON r.id = s.series_id
       WHERE r.target_id = $1 AND r.metric LIKE $2 AND s.at >= $3 ORDER BY s.at`,
      [targetId, metric, since],
    )
  ).rows;
const more = (targetId: number, metric: string, count = 4) => {
  const since = new Date();
  return vi.waitFor(
    async () => expect((await samples(targetId, metric, since)).length).toBeGreaterThanOrEqual(count),
    settled,
  );
};

/** Steady work of an application that waits for each answer, until stopped. */
function steadily(work: () => Promise<unknown>): () => Promise<void> {
  let on = true;
  const running = (async () => {
    while (on) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return () => {
    on = false;
    return running;
  };
}

/** Stops a server with its backends: the postmaster first, so that it makes no more of them meanwhile. */
function freeze(postmaster: number): number[] {
  process.kill(postmaster, 'SIGSTOP');
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' });
  const pids = children.trim().split(/\s+/).filter(Boolean).map(Number);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return [postmaster, ...pids];
}

describe('startObserver', () => {
  it('samples all targets, saves their snapshots, and shows version and state', async () => {
    const ids = await addAll();
    const observer = await observe();
    await allOk();
    await Promise.all([
      more(ids.pg, 'pg.transactions'),
      more(ids.redis, 'redis.commands'),
      more(ids.web, 'http.probe'),
    ]);
    const client = new pg.Client({ connectionString: postgres.url() });
    await client.connect();
    const stop = steadily(() => client.query('select count(*) from t'));
    await vi.waitFor(async () => {
      const found = new Set((await samples(ids.pg)).map((s) => s.metric));
      expect([...found]).toEqual(
        expect.arrayContaining([
          'pg.database_time',
          'pg.statement_mean',
          'pg.hit_ratio',
          'pg.size',
          'pg.latency',
          'pg.ratchet_time',
        ]),
      );
    }, settled);
    await stop();
    await client.end();
    const mean = (await samples(ids.pg, 'pg.statement_mean')).map((s) => s.value);
    expect(Math.max(...mean)).toBeLessThan(50);
    const connections = await samples(ids.pg, 'pg.connections');
    expect(Math.max(...connections.map((s) => s.value))).toBeLessThanOrEqual(2);

    await vi.waitFor(
      async () =>
        expect(await store.db.snapshot.count({ where: { target: { stack: { name: stack } } } })).toBe(3),
      settled,
    );
    const data = async (targetId: number, collector: string) =>
      (await store.db.snapshot.findUniqueOrThrow({ where: { targetId_collector: { targetId, collector } } }))
        .data;
    expect(PostgresSnapshot.parse(await data(ids.pg, 'postgres')).tables.map((t) => t.name)).toEqual(['t']);
    RedisSnapshot.parse(await data(ids.redis, 'redis'));
    HttpSnapshot.parse(await data(ids.web, 'http'));

    await vi.waitFor(
      async () => expect((await targetViews(store, stack)).every((t) => t.version)).toBe(true),
      settled,
    );
    expect([(await view('pg')).version, (await view('redis')).version]).toEqual([
      expect.stringMatching(/^PostgreSQL 18/),
      expect.stringMatching(/^(Redis|Valkey) \d/),
    ]);
    const before = await store.db.snapshot.findUniqueOrThrow({
      where: { targetId_collector: { targetId: ids.pg, collector: 'postgres' } },
    });
    await observer.observeNow(ids.pg);
    const after = await store.db.snapshot.findUniqueOrThrow({
      where: { targetId_collector: { targetId: ids.pg, collector: 'postgres' } },
    });
    expect(after.takenAt.getTime()).toBeGreaterThan(before.takenAt.getTime());
  });

  it('a Redis that hangs stalls nobody, draws no zero and no spike, and recovers', async () => {
    const ids = await addAll();
    const app = new Redis(redis.url);
    const stop = steadily(() => app.incr('n'));
    await observe();
    await allOk();
    await more(ids.redis, 'redis.commands');
    const started = new Date();
    process.kill(redis.server.pid!, 'SIGSTOP');
    try {
      await vi.waitFor(async () => expect((await view('redis')).status).toBe('unreachable'), settled);
      const { unreachableSince, unreachableWhy } = await view('redis');
      expect(Date.parse(unreachableSince!)).toBeGreaterThanOrEqual(started.getTime());
      expect(unreachableWhy).toMatch(/did not answer/);
      await Promise.all([more(ids.pg, 'pg.connections', 6), more(ids.web, 'http.probe', 6)]);
      expect((await view('redis')).unreachableSince).toBe(unreachableSince);
      expect((await samples(ids.redis, '%', new Date(started.getTime() + 800))).length).toBe(0);
    } finally {
      process.kill(redis.server.pid!, 'SIGCONT');
    }
    await vi.waitFor(
      async () => expect(await view('redis')).toMatchObject({ status: 'ok', unreachableWhy: null }),
      settled,
    );
    await more(ids.redis, 'redis.commands');
    await stop();
    app.disconnect();
    const rates = (await samples(ids.redis, 'redis.commands')).map((s) => s.value);
    // The application sends at most 200 a second; a reading that is late by a moment on a busy machine is no spike.
    expect(Math.max(...rates)).toBeLessThan(1_000);
    expect((await samples(ids.redis, 'redis.memory')).filter((s) => s.value === 0)).toEqual([]);
  });

  it('a Postgres that hangs, restarts or has its statistics reset draws no zero and no spike', async () => {
    const ids = await addAll();
    let client = new pg.Client({ connectionString: postgres.url() });
    client.on('error', () => undefined);
    await client.connect();
    // Counters far above what an interval adds: a count that began anew, taken for an increase, would stand out.
    for (let i = 0; i < 5_000; i++) await client.query('select 1');
    await observe();
    await allOk();
    await more(ids.pg, 'pg.database_time');

    const pids = freeze(postgres.cluster.pid!);
    try {
      await vi.waitFor(async () => expect((await view('pg')).status).toBe('unreachable'), settled);
      await Promise.all([more(ids.redis, 'redis.memory', 6), more(ids.web, 'http.probe', 6)]);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await vi.waitFor(async () => expect((await view('pg')).status).toBe('ok'), settled);
    await more(ids.pg, 'pg.transactions');

    await client.query('select pg_stat_reset(), pg_stat_statements_reset()');
    await more(ids.pg, 'pg.transactions');
    await client.end();

    const port = postgres.cluster.port;
    await postgres.cluster.restart();
    expect(postgres.cluster.port).toBe(port);
    await vi.waitFor(async () => expect((await view('pg')).status).toBe('ok'), settled);
    await more(ids.pg, 'pg.database_time');
    client = new pg.Client({ connectionString: postgres.url() });
    await client.connect();
    await client.query('select 1');
    await client.end();

    const of = async (metric: string) => (await samples(ids.pg, metric)).map((s) => s.value);
    expect(Math.max(...(await of('pg.transactions')))).toBeLessThan(500);
    expect(Math.min(...(await of('pg.transactions')))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...(await of('pg.database_time')))).toBeLessThan(1);
    expect(Math.min(...(await of('pg.connections_max')))).toBe(100);
    expect((await of('pg.size')).filter((v) => v === 0)).toEqual([]);
  });

  it('a service that accepts and never answers stalls nobody', async () => {
    const ids = await addAll();
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const port = (silent.address() as AddressInfo).port;
    try {
      await add('mute-http', { kind: 'http', baseUrl: `http://127.0.0.1:${port}`, headers: {} });
      await add('mute-redis', { kind: 'redis', url: `redis://:s3cret@127.0.0.1:${port}` });
      await add('mute-pg', { kind: 'postgres', url: `postgres://u:s3cret@127.0.0.1:${port}/x` });
      await add('mute-docker', { kind: 'docker', socket: `tcp://127.0.0.1:${port}` });
      await observe();
      await Promise.all([
        more(ids.pg, 'pg.connections', 8),
        more(ids.redis, 'redis.memory', 8),
        more(ids.web, 'http.probe', 8),
      ]);
      await vi.waitFor(async () => {
        const mute = (await targetViews(store, stack)).filter((t) => t.name.startsWith('mute'));
        expect(mute.map((t) => t.status)).toEqual(Array(4).fill('unreachable'));
        expect(JSON.stringify(mute)).not.toContain('s3cret');
      }, settled);
      await Promise.all(observers.splice(0).map((o) => o.stop()));
    } finally {
      silent.close();
    }
  });

  it('takes up what is added and changed, and lets go of what is paused and removed', async () => {
    await observe();
    const id = await add('redis', { kind: 'redis', url: redis.url });
    await vi.waitFor(async () => expect((await view('redis')).status).toBe('ok'), settled);
    await updateTarget(store, admin, id, { connection: { kind: 'redis', url: 'redis://127.0.0.1:1' } });
    await vi.waitFor(
      async () => expect((await view('redis')).unreachableWhy).toMatch(/ECONNREFUSED/),
      settled,
    );
    await updateTarget(store, admin, id, { connection: { kind: 'redis', url: redis.url } });
    await vi.waitFor(async () => expect((await view('redis')).status).toBe('ok'), settled);

    const app = new Redis(redis.url);
    const ours = async () =>
      String(await app.client('LIST'))
        .split('\n')
        .filter((l) => / name=ratchet /.test(l)).length;
    expect(await ours()).toBe(1);
    await pauseTarget(store, admin, id, true);
    expect((await view('redis')).status).toBe('paused');
    await vi.waitFor(async () => expect(await ours()).toBe(0), settled);
    await pauseTarget(store, admin, id, false);
    await vi.waitFor(async () => expect(await ours()).toBe(1), settled);
    await removeTarget(store, admin, id);
    await vi.waitFor(async () => expect(await ours()).toBe(0), settled);
    app.disconnect();
  });

  it('a target whose settings cannot be opened is told, and the others go on', async () => {
    const ids = await addAll();
    await store.db.target.update({ where: { id: ids.redis }, data: { sealedConnection: 'v1.nonsense' } });
    await observe();
    await vi.waitFor(
      async () => expect((await view('redis')).unreachableWhy).toMatch(/Enter them again/),
      settled,
    );
    await more(ids.web, 'http.probe');
  });

  it('two workers share: one reads a target, and the other goes on when the first dies or loses its lease', async () => {
    const ids = await addAll();
    const second = await openStore(testStore.url);
    try {
      const first = await observe();
      await allOk();
      const other = await observe(second);
      const since = new Date();
      await more(ids.web, 'http.probe', 8);
      const times = (await samples(ids.web, 'http.probe', since)).map((s) => s.at.getTime());
      const shortest = Math.min(...times.slice(1).map((t, i) => t - times[i]!));
      expect(shortest).toBeGreaterThan(150);
      await other.observeNow(ids.redis);

      await first.stop();
      await more(ids.web, 'http.probe');
      await store.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ratchet-leases' AND datname = current_database()",
      );
      await more(ids.web, 'http.probe');
      await Promise.all(observers.splice(0).map((o) => o.stop()));
      const { rows } = await store.pool.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'ratchet-leases' AND datname = current_database()",
      );
      expect(rows[0].n).toBe(0);
    } finally {
      await Promise.all(observers.splice(0).map((o) => o.stop()));
      await second.close();
    }
  });

  it('stops at once and leaves no connection behind', async () => {
    await addAll();
    const observer = await observe();
    await allOk();
    const started = performance.now();
    await Promise.all([observer.stop(), observer.stop()]);
    expect(performance.now() - started).toBeLessThan(3_000);
    const client = new pg.Client({ connectionString: postgres.url() });
    await client.connect();
    await vi.waitFor(async () => {
      const { rows } = await client.query(
        "select count(*)::int as n from pg_stat_activity where application_name like 'ratchet%'",
      );
      expect(rows[0].n).toBe(0);
    }, settled);
    await client.end();
    await expect(observer.observeNow(999_999)).rejects.toMatchObject({ code: 'not-found' });
  });
});
