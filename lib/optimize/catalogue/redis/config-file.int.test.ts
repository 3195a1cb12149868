import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '@/lib/services/free-port';
import type { Store } from '@/lib/store/client';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { startChangeJob } from '../../start';
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

// The fixture's server was started without a configuration file; this one with.
let test: RedisFixture;
let store: Store;
let dir: string;
let conf: string;
let url: string;
let started: ChildProcess;
let redis: Redis;

async function start(): Promise<void> {
  started = spawn('redis-server', [conf], { cwd: dir });
  await vi.waitFor(() => redis.ping(), { timeout: 10_000, interval: 50 });
}
async function end(): Promise<void> {
  const ended = once(started, 'exit');
  started.kill();
  await ended;
}

beforeAll(async () => {
  const port = await freePort();
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-redis-conf-'));
  conf = path.join(dir, 'redis.conf');
  url = `redis://127.0.0.1:${port}`;
  await fs.writeFile(conf, `port ${port}\nbind 127.0.0.1\nsave ""\ntcp-keepalive 0\n`);
  redis = new Redis(url, { retryStrategy: () => 50 });
  redis.on('error', () => undefined);
  [test] = await Promise.all([startRedisFixture(), start()]);
  store = test.store;
});
afterAll(async () => {
  redis?.disconnect();
  await end();
  await test?.stop();
  await fs.rm(dir, { recursive: true, force: true });
});
beforeEach(async () => {
  await redis.config('SET', 'tcp-keepalive', '0');
  await redis.config('REWRITE');
});
afterEach(() => store.db.change.deleteMany({}));

const written = async () => /^tcp-keepalive (\d+)$/m.exec(await fs.readFile(conf, 'utf8'))?.[1];
const running = async () => ((await redis.config('GET', 'tcp-keepalive')) as string[])[1];
const both = async () => [await running(), await written()];

async function proposed(of = url): Promise<number> {
  if (of !== url) await test.redis.config('SET', 'tcp-keepalive', '0');
  const { snapshot, findings } = await diagnoseRedis(of);
  const own = findings.filter((f) => f.id === 'redis/keepalive');
  const [plan] = plansFor(own, snapshot);
  return storeRedisChange(store, plan!, of, of === url ? 'with' : 'without');
}
const apply = (id: number, writeConfigFile?: boolean) =>
  applyChange(store, id, actor, undefined, { writeConfigFile });
const inHand = (id: number, state: 'applying' | 'rolling-back') =>
  store.db.change.update({ where: { id }, data: { state } });

describe('redis.conf', () => {
  it('is not written when nobody asks for it', async () => {
    const id = await proposed();
    expect((await changeDetail(store, id)).plan.configFile).toEqual({ path: conf, written: false });
    await apply(id);
    expect(await both()).toEqual(['300', '0']);
    await rollbackChange(store, id, actor);
    expect(await both()).toEqual(['0', '0']);
  });

  it('is written when asked for, holds over a restart, and is written back', async () => {
    const id = await proposed();
    await apply(id, true);
    expect(await both()).toEqual(['300', '300']);
    const { plan, journal } = await changeDetail(store, id);
    expect(plan.steps.map((s) => s.statement)).toEqual(['CONFIG SET tcp-keepalive 300', 'CONFIG REWRITE']);
    expect(plan.inverse.map((s) => s.statement)).toEqual(['CONFIG SET tcp-keepalive 0', 'CONFIG REWRITE']);
    expect(journal.map((j) => j.statement)).toContain('CONFIG REWRITE');
    await end();
    await start();
    expect(await running()).toBe('300');
    await rollbackChange(store, id, actor);
    expect(await both()).toEqual(['0', '0']);
  });

  it('can be written later, for a change that is applied', async () => {
    const id = await proposed();
    await apply(id);
    await apply(id, true);
    expect(await both()).toEqual(['300', '300']);
    await rollbackChange(store, id, actor);
    expect(await both()).toEqual(['0', '0']);
  });

  it('that cannot be written leaves everything as it was, and the change as it was', async () => {
    const id = await proposed();
    // A folder in its place: the server cannot put its new file there, not even as root.
    const aside = `${conf}.aside`;
    await fs.rename(conf, aside);
    await fs.mkdir(path.join(conf, 'x'), { recursive: true });
    try {
      await expect(apply(id, true)).rejects.toThrow('could not write its configuration file');
      expect(await running()).toBe('0');
      await apply(id, false);
      await expect(apply(id, true)).rejects.toThrow('could not write its configuration file');
      expect(await running()).toBe('300');
      const { state, plan } = await changeDetail(store, id);
      expect([state, plan.configFile?.written]).toEqual(['applied', false]);
    } finally {
      await fs.rm(conf, { recursive: true });
      await fs.rename(aside, conf);
    }
    await rollbackChange(store, id, actor);
    expect(await both()).toEqual(['0', '0']);
  });

  it('is refused for a server that was started without one, before anything is sent or queued', async () => {
    const id = await proposed(test.server.url);
    expect((await changeDetail(store, id)).plan.configFile?.path).toBeNull();
    const refused = { code: 'unsupported', message: expect.stringContaining('without a configuration file') };
    await expect(startChangeJob(store, actor, id, 'apply', { writeConfigFile: true })).rejects.toMatchObject(
      refused,
    );
    await expect(apply(id, true)).rejects.toMatchObject(refused);
    expect((await changeDetail(store, id)).journal).toEqual([]);
    await apply(id);
    expect((await changeDetail(store, id)).state).toBe('applied');
  });

  it('is written by settling, when a crash came between the setting and the file', async () => {
    const id = await proposed();
    await apply(id, true);
    await rollbackChange(store, id, actor);
    await redis.config('SET', 'tcp-keepalive', '300');
    await inHand(id, 'applying');
    await settleChanges(store);
    expect((await changeDetail(store, id)).state).toBe('applied');
    expect(await both()).toEqual(['300', '300']);
    // And on the way back.
    await redis.config('SET', 'tcp-keepalive', '0');
    await inHand(id, 'rolling-back');
    await settleChanges(store);
    expect((await changeDetail(store, id)).state).toBe('rolled-back');
    expect(await both()).toEqual(['0', '0']);
  });
});
