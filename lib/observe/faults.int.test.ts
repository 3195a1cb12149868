import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type TargetKind, targetKinds } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { addTarget, targetViews } from '@/lib/targets/registry';
import { dockerMissing, dockerSocket } from '@/test/docker';
import { type Fault, type FaultProxy, startFaultProxy } from '@/test/fault-proxy';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import { type Observer, startObserver } from './scheduler';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = 'ab'.repeat(32);
  process.env.RATCHET_LOG_LEVEL = 'silent';
});

const admin = { userId: null, name: 'test', role: 'admin', via: 'cli' } as const;
const missing = await dockerMissing();
if (missing) console.log(`Faults of a Docker engine were not tried: ${missing}`);
const kinds = targetKinds.filter((kind) => kind !== 'docker' || missing === null);

/** One metric of each kind that is never zero while its target answers. */
const steady: Record<TargetKind, string> = {
  postgres: 'pg.connections_max',
  redis: 'redis.memory',
  docker: 'docker.containers',
  http: 'http.probe',
};

let store: Store;
let stopStore: () => Promise<void>;
let postgres: TestCluster;
let redis: TestRedis;
let observer: Observer;
const web = http.createServer((_, response) => response.end('ok'));
const proxies = new Map<TargetKind, FaultProxy>();
const ids = new Map<TargetKind, number>();
/** A target that nothing stands before: what is wrong with the others is none of its business. */
let control = 0;

beforeAll(async () => {
  [{ store, stop: stopStore }, postgres, redis] = await Promise.all([
    startTestStore(),
    startTestPostgres(),
    startTestRedis(),
  ]);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const behind: Record<TargetKind, { port: number } | { path: string }> = {
    postgres: { port: Number(new URL(postgres.url()).port) },
    redis: { port: Number(new URL(redis.url).port) },
    docker: { path: dockerSocket.replace(/^unix:\/\//, '') },
    http: { port: (web.address() as AddressInfo).port },
  };
  for (const kind of kinds) {
    const proxy = await startFaultProxy(behind[kind]);
    proxies.set(kind, proxy);
    const at = `127.0.0.1:${proxy.port}`;
    const through = new URL(postgres.url());
    through.port = String(proxy.port);
    const connection = {
      postgres: { kind: 'postgres', url: through.href },
      redis: { kind: 'redis', url: `redis://${at}` },
      docker: { kind: 'docker', socket: `tcp://${at}` },
      http: { kind: 'http', baseUrl: `http://${at}`, headers: {} },
    } as const;
    // No name has this prefix: the engine is the machine's own, and what runs on it is no matter here.
    const options = kind === 'docker' ? { containerPrefix: 'ratchet-no-such-' } : {};
    ids.set(
      kind,
      await addTarget(store, admin, { stack: 's', name: kind, connection: connection[kind], options }),
    );
  }
  control = await addTarget(store, admin, {
    ...{ stack: 's', name: 'control', connection: { kind: 'redis', url: redis.url } },
  });
  observer = await startObserver(store, {
    ...{ vitalsEveryMs: 300, heavyEveryMs: 60_000, vitalsTimeoutMs: 1_500, reloadEveryMs: 60_000 },
  });
  await vi.waitFor(allOk, settled);
  // A hang amid the first heavy reading would be waited for as long as such a reading may take.
  await vi.waitFor(async () => expect(await store.db.snapshot.count()).toBe(kinds.length + 1), settled);
}, 60_000);
afterAll(async () => {
  await observer?.stop();
  await Promise.all([...proxies.values()].map((p) => p.stop()));
  web.closeAllConnections();
  web.close();
  await Promise.all([stopStore?.(), postgres?.stop(), redis?.stop()]);
});

const settled = { timeout: 30_000, interval: 50 };
const views = () => targetViews(store, 's');
const allOk = async () => expect(new Set((await views()).map((t) => t.status))).toEqual(new Set(['ok']));
const idOf = (kind: TargetKind) => ids.get(kind) ?? 0;
const samples = async (targetId: number, metric: string, since: Date) =>
  (
    await store.pool.query<{ at: Date; value: number }>(
      `SELECT s.at, s.value FROM series.sample s JOIN series.series r ON r.id = s.series_id
       WHERE r.target_id = $1 AND r.metric LIKE $2 AND s.at >= $3 ORDER BY s.at`,
      [targetId, metric, since],
    )
  ).rows;

const through = async () => (await views()).filter((t) => t.name !== 'control');
const setAll = (fault: Fault) => {
  for (const proxy of proxies.values()) proxy.set(fault);
};

it.each<[Fault, RegExp]>([
  ['hang', /did not answer|does not answer|timeout/],
  ['nonsense', /./],
  ['refuse', /does not answer|did not answer/],
])(
  'targets behind "%s" are unreachable with a reason, draw nothing, stall nobody, and recover',
  async (fault, why) => {
    await vi.waitFor(allOk, settled);
    const started = new Date();
    setAll(fault);
    try {
      await vi.waitFor(async () => {
        for (const view of await through()) {
          expect(view).toMatchObject({ status: 'unreachable', unreachableWhy: expect.stringMatching(why) });
          expect(Date.parse(view.unreachableSince ?? '')).toBeGreaterThanOrEqual(started.getTime());
        }
      }, settled);
      const since = new Date();
      await vi.waitFor(
        async () => expect((await samples(control, 'redis.memory', since)).length).toBeGreaterThanOrEqual(6),
        settled,
      );
      for (const kind of kinds) expect(await samples(idOf(kind), '%', since), kind).toEqual([]);
    } finally {
      setAll('pass');
    }
    await vi.waitFor(allOk, settled);
    for (const kind of kinds) {
      const values = (await samples(idOf(kind), steady[kind], new Date(0))).map((s) => s.value);
      expect(
        values.filter((v) => v === 0 && kind !== 'docker'),
        kind,
      ).toEqual([]);
    }
  },
  90_000,
);

it('targets that are slow are measured all the same', async () => {
  await vi.waitFor(allOk, settled);
  setAll('slow');
  try {
    const since = new Date();
    await vi.waitFor(async () => {
      for (const kind of kinds)
        expect((await samples(idOf(kind), steady[kind], since)).length, kind).toBeGreaterThanOrEqual(3);
    }, settled);
    await allOk();
  } finally {
    setAll('pass');
  }
}, 60_000);
