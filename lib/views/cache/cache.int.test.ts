import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { observeOnce } from '@/lib/observe/observe-once';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import { cacheView } from './cache';
import { cacheSample } from './sample';

let store: Store;
let stopStore: () => Promise<void>;
let server: TestRedis;
let redis: Redis;
let targetId = 0;
const query = { stack: 'shop' };

beforeAll(async () => {
  [{ store, stop: stopStore }, server] = await Promise.all([
    startTestStore(),
    startTestRedis([
      '--maxmemory',
      '64mb',
      '--maxmemory-policy',
      'allkeys-lru',
      '--slowlog-log-slower-than',
      '0',
    ]),
  ]);
  redis = new Redis(server.url);
  targetId = await addTarget(store, actor, {
    stack: 'shop',
    name: 'cache',
    connection: { kind: 'redis', url: server.url },
  });
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
  await stopStore?.();
});

it('reads INFO as a person wants it', async () => {
  await redis.set('user:1', 'a', 'EX', 1000);
  await redis.get('user:1');
  await redis.get('user:2');
  await redis.lpush('queue:mail', 'x');
  await expect(redis.incr('queue:mail')).rejects.toThrow(/WRONGTYPE/);
  expect((await cacheView(store, query)).takenAt).toBeNull();
  await observeOnce(store, targetId);
  const view = await cacheView(store, query);
  expect(view.memory).toMatchObject({ max: 64 * 1024 * 1024, policy: 'allkeys-lru' });
  expect(view.memory.used).toBeGreaterThan(0);
  // Counted before the sample of this reading looks keys up.
  expect(view.keys).toMatchObject({ hits: 1, misses: 1, evicted: 0 });
  expect(view.keys.databases).toEqual([{ name: 'db0', keys: 2, expires: 1 }]);
  const get = view.commands.find((c) => c.command === 'GET');
  expect(get).toMatchObject({ calls: 2, failed: 0, rejected: 0 });
  expect(get!.perCallMs).toBeCloseTo(get!.totalMs / 2);
  expect(get!.p50Ms).toBeGreaterThan(0);
  expect(get!.p99Ms).toBeGreaterThanOrEqual(get!.p50Ms!);
  expect(view.commands.find((c) => c.command === 'INCR')).toMatchObject({ calls: 1, failed: 1 });
  expect(view.commands.reduce((sum, c) => sum + c.share, 0)).toBeCloseTo(1);
  expect(view.slowLog.thresholdMs).toBe(0);
  expect(view.slowLog.entries.map((e) => e.command)).toContain('LPUSH');
  expect(view.sample.prefixes.map((p) => [p.prefix, p.withTtl])).toEqual([
    ['queue:', 0],
    ['user:', 1],
  ]);
  expect(view.replication).toContainEqual({ label: 'Role', value: 'master', bad: false });
  expect(view.persistence).toContainEqual({
    label: 'Last snapshot',
    value: 'none since its start',
    bad: false,
  });
});

it('samples memory by prefix, bounded, without changing the hit ratio', async () => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 12_000; i++) pipeline.set(`reply:${i}`, 'x'.repeat(500));
  for (let i = 0; i < 3_000; i++) pipeline.set(`flag:${i}`, '1');
  await pipeline.exec();
  const hits = async () => /keyspace_hits:(\d+)/.exec(await redis.info('stats'))?.[1];
  const before = await hits();
  const sample = await cacheSample(store, query);
  expect(await hits()).toBe(before);
  expect(sample).toMatchObject({ keys: 15_002, sampled: 10_000, measured: 500, whole: false });
  const [first, second] = sample.prefixes;
  expect([first?.prefix, second?.prefix]).toEqual(['reply:', 'flag:']);
  // 12,000 keys of some 500 bytes and more, estimated from a sample.
  expect(first!.estimatedBytes! / 1e6).toBeGreaterThan(5);
  expect(first!.estimatedBytes! / 1e6).toBeLessThan(9);
  expect(first!.meanBytes!).toBeGreaterThan(second!.meanBytes! * 5);
});

it('says what is wrong when the server is gone', async () => {
  await addTarget(store, actor, {
    stack: 'shop',
    name: 'gone',
    connection: { kind: 'redis', url: 'redis://127.0.0.1:1' },
  });
  await expect(cacheSample(store, { stack: 'shop', target: 'gone' })).rejects.toMatchObject({
    code: 'unreachable',
  });
});
