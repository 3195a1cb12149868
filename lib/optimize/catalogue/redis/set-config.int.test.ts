import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import type { Store } from '@/lib/store/client';
import type { TestRedis } from '@/test/redis';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor } from '../../testing/fixture';
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
  await redis.config('SET', 'maxmemory', '0');
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await redis.config('SET', 'tcp-keepalive', '0');
});
afterEach(() => store.db.change.deleteMany({}));

const setting = async (name: string) => ((await redis.config('GET', name)) as string[])[1];

const diagnosed = () => diagnoseRedis(server.url);
const found = async (rule: string) => (await diagnosed()).findings.some((f) => f.id === `redis/${rule}`);

/** The change that answers the finding of a rule. */
async function planned(rule: string): Promise<ChangePlan> {
  const { snapshot, findings } = await diagnosed();
  const [first] = plansFor(
    findings.filter((f) => f.id === `redis/${rule}`),
    snapshot,
  );
  return first!;
}
const stored = (plan: ChangePlan) => storeRedisChange(store, plan, server.url);
const proposed = async (rule: string) => stored(await planned(rule));

/** A cache: most keys have a time to live, and they are looked up. */
async function useAsCache(): Promise<void> {
  await redis.set('there', 'x', 'EX', 1000);
  const pipeline = redis.pipeline();
  for (let i = 0; i < 1_500; i++) pipeline.get('there');
  await pipeline.exec();
}

describe('changing a setting of Redis', () => {
  it.each([
    ['no-maxmemory', 'maxmemory', '0'],
    ['eviction-policy', 'maxmemory-policy', 'noeviction'],
    ['keepalive', 'tcp-keepalive', '0'],
  ])('answers %s, and is undone by the value read before', async (rule, name, before) => {
    await useAsCache();
    expect(await found(rule)).toBe(true);
    const id = await proposed(rule);
    const { plan } = await changeDetail(store, id);
    await applyChange(store, id, actor);
    expect(plan.steps[0]?.statement).toBe(`CONFIG SET ${name} ${await setting(name)}`);
    expect(await setting(name)).not.toBe(before);
    expect(await found(rule)).toBe(false);
    await rollbackChange(store, id, actor);
    expect(await setting(name)).toBe(before);
    expect(await found(rule)).toBe(true);
    const { journal } = await changeDetail(store, id);
    expect(journal.map((j) => `${j.direction} ${j.phase}`)).toEqual([
      'apply before',
      'apply after',
      'rollback before',
      'rollback after',
    ]);
    expect(journal[2]?.statement).toBe(`CONFIG SET ${name} ${before}`);
  });

  it('records what is there when it is applied, not what was there when it was proposed', async () => {
    const id = await proposed('keepalive');
    await redis.config('SET', 'tcp-keepalive', '30');
    await applyChange(store, id, actor);
    await rollbackChange(store, id, actor);
    expect(await setting('tcp-keepalive')).toBe('30');
  });

  it('sets several that belong together, and all back', async () => {
    await redis.config('SET', 'lazyfree-lazy-expire', 'yes');
    await redis.set('text:1', 'x'.repeat(200_000));
    const id = await proposed('big-keys');
    const { plan } = await changeDetail(store, id);
    const names = ['lazyfree-lazy-eviction', 'lazyfree-lazy-server-del', 'lazyfree-lazy-user-del'];
    expect(plan.steps.map((s) => s.statement)).toEqual(names.map((n) => `CONFIG SET ${n} yes`));
    await applyChange(store, id, actor);
    for (const name of names) expect(await setting(name)).toBe('yes');
    await rollbackChange(store, id, actor);
    for (const name of names) expect(await setting(name)).toBe('no');
    expect(await setting('lazyfree-lazy-expire')).toBe('yes');
    // A crash between the first and the second.
    await store.db.change.update({ where: { id }, data: { state: 'applying' } });
    await redis.config('SET', names[0]!, 'yes');
    await settleChanges(store);
    expect((await changeDetail(store, id)).state).toBe('rolled-back');
    expect(await setting(names[0]!)).toBe('no');
    await redis.config('SET', 'lazyfree-lazy-expire', 'no');
  });

  it('comes with lines for redis.conf that a real server starts with', async () => {
    await redis.set('text:1', 'x'.repeat(200_000));
    const snippets = await Promise.all(
      ['no-maxmemory', 'keepalive', 'big-keys'].map(
        async (rule) => (await planned(rule)).snippets?.[0]?.text ?? '',
      ),
    );
    const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-conf-'));
    const [conf, socket] = [path.join(dir, 'redis.conf'), path.join(dir, 'socket')];
    await fs.writeFile(conf, snippets.join(''));
    const started = spawn('redis-server', [conf, '--port', '0', '--unixsocket', socket, '--save', ''], {
      cwd: dir,
    });
    const own = new Redis(socket);
    own.on('error', () => undefined);
    try {
      const value = async (name: string) => ((await own.config('GET', name)) as string[])[1];
      expect(await value('tcp-keepalive')).toBe('300');
      expect(Number(await value('maxmemory'))).toBeGreaterThan(0);
      expect(await value('lazyfree-lazy-user-del')).toBe('yes');
    } finally {
      own.disconnect();
      const ended = once(started, 'exit');
      started.kill();
      await ended;
      await fs.rm(dir, { recursive: true });
    }
  });

  it('reads a plan of one setting as earlier versions wrote it', async () => {
    const id = await proposed('keepalive');
    const { plan } = await changeDetail(store, id);
    const facts = { setting: 'tcp-keepalive', value: '300', previous: '0' };
    await store.db.change.update({ where: { id }, data: { plan: { ...plan, facts } } });
    await applyChange(store, id, actor);
    expect(await setting('tcp-keepalive')).toBe('300');
    await rollbackChange(store, id, actor);
    expect(await setting('tcp-keepalive')).toBe('0');
  });

  it('sets active defragmentation, or says that this build has none and leaves all as it was', async () => {
    const { snapshot } = await diagnosed();
    const [given] = (await diagnosed()).findings;
    const finding = {
      ...given!,
      optimizations: ['redis/set-config'],
      facts: { setting: 'activedefrag', value: 'yes' },
    };
    const id = await stored(plansFor([finding], snapshot)[0]!);
    const able = await redis.config('SET', 'activedefrag', 'yes').then(
      () => true,
      () => false,
    );
    await redis.config('SET', 'activedefrag', 'no');
    if (able) {
      await applyChange(store, id, actor);
      expect(await setting('activedefrag')).toBe('yes');
      await rollbackChange(store, id, actor);
    } else {
      await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect(await setting('activedefrag')).toBe('no');
  });

  it('says what the server refuses, and leaves the value as it was', async () => {
    const id = await proposed('no-maxmemory');
    const row = await store.db.change.findUniqueOrThrow({ where: { id } });
    const plan = JSON.parse(JSON.stringify(row.plan).replaceAll(/\d{7,}/g, 'much'));
    await store.db.change.update({ where: { id }, data: { plan } });
    await expect(applyChange(store, id, actor)).rejects.toThrow('former value was set again');
    expect(await setting('maxmemory')).toBe('0');
    expect((await changeDetail(store, id)).state).toBe('failed');
  });

  it.each([
    ['300', 'applied'],
    ['0', 'rolled-back'],
    ['7', 'rolled-back'],
  ])('is settled after a crash that left %s', async (left, state) => {
    const id = await proposed('keepalive');
    await store.db.change.update({ where: { id }, data: { state: 'applying' } });
    await redis.config('SET', 'tcp-keepalive', left);
    expect(await settleChanges(store)).toHaveLength(1);
    expect((await changeDetail(store, id)).state).toBe(state);
    expect(await setting('tcp-keepalive')).toBe(state === 'applied' ? '300' : '0');
  });
});
