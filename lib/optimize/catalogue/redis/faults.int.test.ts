import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '@/lib/contracts/finding';
import type { Store } from '@/lib/store/client';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor } from '../../testing/fixture';
import {
  diagnoseRedis,
  plansFor,
  type RedisFixture,
  startRedisFixture,
  storeRedisChange,
} from '../../testing/redis-fixture';
import { setConfig } from './set-config';

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
beforeEach(() => redis.config('SET', 'tcp-keepalive', '0', 'timeout', '0'));
afterEach(() => store.db.change.deleteMany({}));

const names = ['tcp-keepalive', 'timeout'] as const;
const settings = async (from = redis) =>
  Promise.all(names.map(async (name) => ((await from.config('GET', name)) as string[])[1]));
const state = async (id: number) => (await changeDetail(store, id)).state;
const steps = (id: number) => store.db.journalEntry.count({ where: { changeId: id } });

/** A change of two settings, stored. */
async function change(url = server.url, name = 'cache'): Promise<number> {
  const { snapshot } = await diagnoseRedis(url);
  const facts = { settings: names.map((setting) => ({ setting, value: '60' })) };
  const finding: Finding = {
    ...{ key: 'k', id: 'redis/keepalive', severity: 'low', target: 'cache', subject: 's', title: 't' },
    ...{ detail: '', evidence: [], weight: 0, optimizations: [setConfig.meta.id], facts },
  };
  const [plan] = plansFor([finding], snapshot);
  return storeRedisChange(store, plan!, url, name);
}

/** Lets `act` happen once the change is in the middle: its first setting is set, its second is next. */
async function inTheMiddle(id: number, act: () => void): Promise<void> {
  await vi.waitFor(async () => expect(await steps(id)).toBeGreaterThanOrEqual(1), { interval: 1 });
  act();
}
const signal = (name: NodeJS.Signals) => process.kill(server.server.pid ?? 0, name);

describe('changing settings of a Redis', () => {
  it('that hangs is refused, and nothing is in hand', async () => {
    const id = await change();
    signal('SIGSTOP');
    try {
      await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'timeout' });
      expect(await state(id)).toBe('proposed');
      expect(await steps(id)).toBe(0);
    } finally {
      signal('SIGCONT');
    }
    expect(await settings()).toEqual(['0', '0']);
  }, 30_000);

  it('that hangs in the middle stays in hand until it answers, and is then as it was or as it was to be', async () => {
    const id = await change();
    const applying = applyChange(store, id, actor).then(
      () => 'applied',
      (error: { code?: string }) => error.code,
    );
    await inTheMiddle(id, () => signal('SIGSTOP'));
    let outcome: string | undefined;
    try {
      outcome = await applying;
      // Either it had been through already, or its half is left to settling.
      expect([outcome, await state(id)]).toEqual(
        outcome === 'applied' ? ['applied', 'applied'] : ['unreachable', 'applying'],
      );
    } finally {
      signal('SIGCONT');
    }
    await settleChanges(store);
    const after = await state(id);
    expect(['applied', 'rolled-back']).toContain(after);
    expect(await settings()).toEqual(after === 'applied' ? ['60', '60'] : ['0', '0']);
  }, 30_000);

  it('that is killed in the middle is settled when it is back', async () => {
    const id = await change();
    const { run_id: run } = await identity();
    const applying = applyChange(store, id, actor).catch(() => undefined);
    await inTheMiddle(id, () => signal('SIGKILL'));
    await applying;
    await vi.waitFor(async () => expect((await identity()).run_id).not.toBe(run), { timeout: 15_000 });
    await settleChanges(store);
    // It was started again with the settings of its start; nothing is left in hand.
    expect(['applied', 'rolled-back']).toContain(await state(id));
    if ((await state(id)) === 'rolled-back') expect(await settings()).toEqual(['0', '0']);
  }, 30_000);

  it('with no memory left works: it needs none', async () => {
    const id = await change();
    await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1mb');
    try {
      await expect(redis.set('more', 'x')).rejects.toThrow('OOM');
      await applyChange(store, id, actor);
      expect(await settings()).toEqual(['60', '60']);
      await rollbackChange(store, id, actor);
      expect(await settings()).toEqual(['0', '0']);
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  });

  it('that is a replica works: settings are its own', async () => {
    const { hostname, port } = new URL(server.url);
    const replica = await startTestRedis(['--replicaof', `${hostname} ${port}`]);
    const own = new Redis(replica.url);
    try {
      await own.config('SET', 'tcp-keepalive', '0');
      const id = await change(replica.url, 'replica');
      await applyChange(store, id, actor);
      expect([await settings(own), await settings()]).toEqual([
        ['60', '60'],
        ['0', '0'],
      ]);
      await rollbackChange(store, id, actor);
      expect(await settings(own)).toEqual(['0', '0']);
    } finally {
      own.disconnect();
      await replica.stop();
    }
  });
});

async function identity(): Promise<{ run_id: string | undefined }> {
  const info = await redis.info('server');
  return { run_id: /run_id:(\w+)/.exec(info)?.[1] };
}
