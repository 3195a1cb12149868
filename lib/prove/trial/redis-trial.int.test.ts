import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { JobContext } from '@/lib/contracts/job';
import { observeOnce } from '@/lib/observe/observe-once';
import { proposeChanges } from '@/lib/optimize/propose';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import { runTrial } from './run';
import { createTrial } from './start';
import { trialDetail } from './views';

// Before the imports: the configuration is read once, when the first module asks for it.
vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5a'.repeat(32);
});

let test: { store: Store; stop(): Promise<void> };
let server: TestRedis;
let app: Redis;

beforeAll(async () => {
  [test, server] = await Promise.all([startTestStore(), startTestRedis()]);
  app = new Redis(server.url);
});
afterAll(async () => {
  app?.disconnect();
  await Promise.all([server?.stop(), test?.stop()]);
});

const context: JobContext = {
  jobId: 1,
  signal: new AbortController().signal,
  progress: async () => undefined,
  say: async () => undefined,
};

it('proves a change of a Redis that no service of the stack uses, with the commands that it serves', async () => {
  const { store } = test;
  await app.config('SET', 'tcp-keepalive', '0', 'maxmemory', '100mb');
  const work = app.pipeline();
  for (let i = 0; i < 100; i++) work.set(`page:${i}`, 'x'.repeat(200), 'EX', 1_000);
  for (let i = 0; i < 100; i++) work.hset(`user:${i}`, 'name', 'n'.repeat(300));
  for (let i = 0; i < 600; i++) work.get(`page:${i % 100}`);
  for (let i = 0; i < 200; i++) work.hget(`user:${i % 100}`, 'name');
  await work.exec();
  const targetId = await addTarget(store, actor, {
    stack: 'cache',
    name: 'redis',
    connection: { kind: 'redis', url: server.url },
  });
  await observeOnce(store, targetId);
  const [changeId] = await proposeChanges(store, 'cache');
  const row = await store.db.change.findUniqueOrThrow({ where: { id: changeId ?? 0 } });
  expect(row.title).toBe('Set tcp-keepalive to 300');

  const settings = { rounds: 6, segmentSeconds: 0.2, minRequests: 10, clients: 2, seed: 3 };
  const { trialId } = await createTrial(store, actor, { changeId: row.id, settings });
  const { verdict, decision } = await runTrial({ store }, trialId, context, { actor });
  expect(verdict).toMatchObject({ goal: 'GET', interleaved: true });
  const detail = await trialDetail(store, trialId);
  expect(detail.state).toBe('done');
  expect(Object.keys(detail.segments[0]?.endpoints ?? {}).sort()).toEqual(['GET', 'HGET']);
  expect(detail.statements).toEqual(['CONFIG SET tcp-keepalive 300']);
  const [, value] = (await app.config('GET', 'tcp-keepalive')) as string[];
  expect(value).toBe(decision === 'kept' ? '300' : '0');
}, 120_000);
