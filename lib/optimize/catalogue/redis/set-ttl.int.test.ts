import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '@/lib/store/client';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor, until } from '../../testing/fixture';
import {
  diagnoseRedis,
  plansFor,
  type RedisFixture,
  startRedisFixture,
  storeRedisChange,
} from '../../testing/redis-fixture';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5d'.repeat(32);
});

let test: RedisFixture;
let store: Store;
let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  test = await startRedisFixture();
  ({ store, server, redis } = test);
});
afterAll(() => test?.stop());
beforeEach(async () => {
  await redis.flushall();
  await redis.config('RESETSTAT');
});
afterEach(() => store.db.change.deleteMany({}));

const names = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix}${i}`);
async function write(keys: string[], ttl?: number): Promise<void> {
  const pipeline = redis.pipeline();
  for (const key of keys) ttl === undefined ? pipeline.set(key, 'x') : pipeline.set(key, 'x', 'EX', ttl);
  await pipeline.exec();
}
async function ttls(keys: string[]): Promise<number[]> {
  const replies = await redis.pipeline(keys.map((key) => ['ttl', key])).exec();
  return (replies ?? []).map(([, ttl]) => Number(ttl));
}

/** A cache in use, with so many keys under `page:` that nobody lets go. */
async function cache(lasting: number): Promise<void> {
  await write(names('page:', lasting));
  await write(names('short:', Math.ceil(lasting / 2)), 500);
  const reads = redis.pipeline();
  for (let i = 0; i < 1_200; i++) reads.get('page:0');
  await reads.exec();
}

async function findings(url = server.url) {
  const { snapshot, findings } = await diagnoseRedis(url);
  return { snapshot, own: findings.filter((f) => f.id === 'redis/keys-without-ttl') };
}

async function proposed(url = server.url): Promise<number> {
  const { snapshot, own } = await findings();
  const [plan] = plansFor(own, snapshot);
  return storeRedisChange(store, plan!, url, url === server.url ? 'cache' : 'replica');
}
const state = async (id: number) => (await changeDetail(store, id)).state;
const batchesDone = (id: number) => store.db.journalEntry.count({ where: { changeId: id, phase: 'after' } });

/** Settles as soon as the store has noticed that a killed worker is gone. */
const settled = (id: number) =>
  until(async () => {
    await settleChanges(store);
    return !['applying', 'rolling-back'].includes(await state(id));
  });

describe('a time to live for keys without one', () => {
  it('is given to them alone, previewed, undone for the same keys, and the finding comes and goes', async () => {
    await cache(300);
    await write(names('page:x:', 10)); // Another prefix.
    expect((await findings()).own.map((f) => f.subject)).toEqual(['page:']);
    await write(names('page:', 20), 77);
    const id = await proposed();
    const { plan } = await changeDetail(store, id);
    expect(plan).toMatchObject({
      risk: 'high',
      estimates: [{ value: 280, source: 'a sample of 460 of 460 keys' }],
    });

    await applyChange(store, id, actor);
    const given = await ttls(names('page:', 300).slice(20));
    expect(Math.min(...given)).toBeGreaterThan(86_000);
    expect(Math.max(...given)).toBeLessThan(86_400 * 1.11);
    expect(Math.max(...(await ttls(names('page:', 20))))).toBeLessThanOrEqual(77);
    expect(await ttls(names('page:x:', 10))).toEqual(Array(10).fill(-1));
    expect((await findings()).own).toEqual([]);
    const applied = await changeDetail(store, id);
    expect(applied.outcome?.measured).toEqual([
      { label: 'keys given a time to live', before: 0, after: 280, unit: '' },
    ]);

    // Written anew since: one with a time of its own, one without.
    await redis.set('page:30', 'y', 'EX', 99);
    await redis.set('page:31', 'y');
    await rollbackChange(store, id, actor);
    expect(await redis.ttl('page:30')).toBeGreaterThan(90);
    expect(await ttls(names('page:', 300).slice(31))).toEqual(Array(269).fill(-1));
    expect(Math.min(...(await ttls(names('page:', 20))))).toBeGreaterThan(0);
    expect((await findings()).own.map((f) => f.subject)).toEqual(['page:']);
  });

  it('is bounded', async () => {
    await cache(2_500);
    const id = await proposed();
    expect((await changeDetail(store, id)).plan.title).toContain('2,000 of the keys page:');
    await applyChange(store, id, actor);
    expect((await ttls(names('page:', 2_500))).filter((t) => t >= 0)).toHaveLength(2_000);
    await rollbackChange(store, id, actor);
    expect((await ttls(names('page:', 2_500))).filter((t) => t >= 0)).toHaveLength(0);
  });

  it.each([
    ['order:', async () => write(names('order:', 60))],
    ['feed:', async () => redis.pipeline(names('feed:', 60).map((k) => ['rpush', k, 'x'])).exec()],
  ])('is not offered for %s, which looks like data', async (prefix, fill) => {
    await cache(100);
    await fill();
    const { own, snapshot } = await findings();
    const finding = own.find((f) => f.subject === prefix);
    expect(finding).toMatchObject({ optimizations: [], detail: expect.stringContaining('look like data') });
    expect(plansFor(own, snapshot).map((p) => p.subject)).toEqual(['page:']);
  });
});

describe('in the middle of giving keys a time to live', () => {
  it('the worker is killed: what it gave is taken back from the journaled keys', async () => {
    await cache(2_000);
    const id = await proposed();
    const args = ['--import', 'tsx', 'test/change-worker.ts', test.storeUrl, String(id), 'apply'];
    const worker = spawn(process.execPath, args, { stdio: 'inherit' });
    await until(async () => (await batchesDone(id)) >= 2);
    worker.kill('SIGKILL');
    expect((await ttls(names('page:', 2_000))).some((t) => t >= 0)).toBe(true);
    await settled(id);
    expect(await state(id)).toBe('rolled-back');
    expect((await ttls(names('page:', 2_000))).every((t) => t === -1)).toBe(true);
  });

  it('the server hangs: the change stays in hand until it answers, then nothing is left of it', async () => {
    await cache(2_000);
    const id = await proposed();
    const applying = applyChange(store, id, actor);
    const failed = expect(applying).rejects.toMatchObject({ code: 'unreachable' });
    await until(async () => (await batchesDone(id)) >= 2);
    process.kill(server.server.pid!, 'SIGSTOP');
    try {
      await failed;
      expect(await state(id)).toBe('applying');
      const [first] = await settleChanges(store);
      expect(first?.what).toContain('Not settled yet');
    } finally {
      process.kill(server.server.pid!, 'SIGCONT');
    }
    await settled(id);
    expect(await state(id)).toBe('rolled-back');
    expect((await ttls(names('page:', 2_000))).every((t) => t === -1)).toBe(true);
  }, 30_000);

  it('the server is killed: settled when it is back', async () => {
    await cache(2_000);
    const id = await proposed();
    const failed = expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'unreachable' });
    await until(async () => (await batchesDone(id)) >= 2);
    process.kill(server.server.pid!, 'SIGKILL');
    await failed;
    expect(await state(id)).toBe('applying');
    await settled(id); // The server is started again by its supervisor, without data.
    expect(await state(id)).toBe('rolled-back');
    expect(await redis.dbsize()).toBe(0);
  }, 30_000);

  it('the keys are flushed: it ends, and its undoing too', async () => {
    await cache(2_000);
    const id = await proposed();
    const applying = applyChange(store, id, actor);
    await until(async () => (await batchesDone(id)) >= 2);
    await redis.flushall();
    await applying;
    expect(await state(id)).toBe('applied');
    await rollbackChange(store, id, actor);
    expect(await state(id)).toBe('rolled-back');
    expect(await redis.dbsize()).toBe(0);
  });

  it('it is cancelled: what it gave is taken back at once', async () => {
    await cache(2_000);
    const id = await proposed();
    const cancel = new AbortController();
    const failed = expect(applyChange(store, id, actor, cancel.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await until(async () => (await batchesDone(id)) >= 2);
    cancel.abort();
    await failed;
    expect(await state(id)).toBe('proposed');
    expect((await ttls(names('page:', 2_000))).every((t) => t === -1)).toBe(true);
  });

  it('there is no memory left: the change needs none', async () => {
    await cache(500);
    const id = await proposed();
    await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1mb');
    try {
      await expect(redis.set('more', 'x')).rejects.toThrow('OOM');
      await applyChange(store, id, actor);
      expect((await ttls(names('page:', 500))).every((t) => t > 0)).toBe(true);
      await rollbackChange(store, id, actor);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
    expect((await ttls(names('page:', 500))).every((t) => t === -1)).toBe(true);
  });

  it('on a replica, which takes no writes, it is refused before the first command', async () => {
    await cache(300);
    const { hostname, port } = new URL(server.url);
    const replica = await startTestRedis(['--replicaof', `${hostname} ${port}`]);
    const own = new Redis(replica.url);
    try {
      const id = await proposed(replica.url);
      await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'unsupported' });
      expect(await state(id)).toBe('proposed');
      expect(await store.db.journalEntry.count({ where: { changeId: id } })).toBe(0);
    } finally {
      own.disconnect();
      await replica.stop();
    }
  });
});
