import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import readline from 'node:readline';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { TwoLevelCache } from './cache';
import { leaseMs } from './coherence';
import type { CacheOptions } from './options';
import { RedisLevel } from './redis-level';
import { RedisLink } from './redis-link';
import { Counters } from './statistics';
import { reading } from './testing/kind';

let server: TestRedis;
let redis: Redis;
const open: TwoLevelCache[] = [];
const children: ChildProcess[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((cache) => cache.close()));
});

async function started(options: Partial<CacheOptions> = {}): Promise<TwoLevelCache> {
  const cache = new TwoLevelCache({ redisUrl: server.url, namespace: 'test', timeoutMs: 2_000, ...options });
  open.push(cache);
  await cache.start();
  return cache;
}

const at = new Date('2026-01-02T03:04:05Z');
const value = (n: number, text = 'x') => ({ n, text, at });
const never = () => Promise.reject(new Error('must not be loaded'));
const until = (what: () => Promise<boolean> | boolean) =>
  vi.waitUntil(what, { timeout: 15_000, interval: 20 });

/** Commands sent to Redis while `work` runs, but for those that keep the lease. */
async function commands(work: () => Promise<unknown>): Promise<string[]> {
  const own = new Redis(server.url);
  const monitor = await own.monitor();
  const seen: string[] = [];
  monitor.on('monitor', (_time, args: string[], source: string) => {
    const upkeep = args.some((a) => a.includes(':member')) || args[0] === 'ping' || source === 'lua';
    if (!upkeep) seen.push(args[0] ?? '');
  });
  await work();
  await redis.ping();
  await new Promise((resolve) => setTimeout(resolve, 50));
  monitor.disconnect();
  own.disconnect();
  return seen;
}

describe('two levels', () => {
  beforeEach(() => redis.flushall());

  it('fills both from a load, serves memory first, and promotes from Redis in a new process', async () => {
    const a = await started();
    expect(await a.get(reading, 1, async () => value(1))).toEqual(value(1));
    await a.settled();
    expect(await commands(() => a.get(reading, 1, never))).toEqual([]);
    const b = await started();
    expect(await b.get(reading, 1, never)).toEqual(value(1));
    expect(await commands(() => b.get(reading, 1, never))).toEqual([]);
    expect(b.statistics()).toMatchObject({ hits: { local: 1, redis: 1 }, misses: 0, loads: 0 });
    expect(b.statistics().latencyMs.redis.p50).toBeGreaterThan(0);
  });

  it('reads and writes many in one round trip, loads only what is missing, and in one call', async () => {
    const a = await started();
    const list = Array.from({ length: 100 }, (_, n) => n);
    expect(
      await commands(() =>
        a.setMany(
          reading,
          list.slice(0, 60).map((n) => ({ params: n, value: value(n) })),
        ),
      ),
    ).toHaveLength(1);
    const b = await started({ local: false });
    const asked: number[][] = [];
    const get = async () =>
      b.getMany(reading, list, async (missing) => {
        asked.push(missing);
        return missing.map((n) => value(n));
      });
    expect((await get()).map((v) => v.n)).toEqual(list);
    await b.settled();
    expect(asked).toEqual([list.slice(60)]);
    expect(await commands(get)).toEqual(['mget']);
    expect(asked).toHaveLength(1);
  });

  it('warms at start, and a second process finds everything there', async () => {
    const list = Array.from({ length: 250 }, (_, n) => n);
    let loads = 0;
    const load = async (missing: number[]) => {
      loads += 1;
      return missing.map((n) => value(n));
    };
    expect(await (await started()).warm(reading, list, load)).toBe(250);
    expect(loads).toBe(3);
    const b = await started();
    await b.warm(reading, list, load);
    expect([loads, b.statistics().hits.redis, b.statistics().local.entries]).toEqual([3, 250, 250]);
  });

  it('compresses from the threshold on and counts the bytes before and after', async () => {
    const a = await started({ compressionThresholdBytes: 1024 });
    await a.setMany(reading, [{ params: 1, value: value(1, 'short') }]);
    const { before, after } = a.statistics().bytes;
    expect(after).toBeGreaterThanOrEqual(before);
    await a.setMany(reading, [{ params: 2, value: value(2, 'long '.repeat(2_000)) }]);
    expect(a.statistics().bytes.after - after).toBeLessThan((a.statistics().bytes.before - before) / 10);
    expect((await (await started()).get(reading, 2, never)).text).toBe('long '.repeat(2_000));
  });

  it('loads early and in the background when a load takes long against what is left', async () => {
    const quick = { ...reading, ttlMs: 400 };
    const a = await started();
    let loads = 0;
    const load = async () => {
      loads += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return value(loads);
    };
    await a.get(quick, 1, load);
    const began = performance.now();
    const late: number[] = [];
    while (performance.now() - began < 1_500) {
      const since = performance.now();
      await a.get(quick, 1, load);
      late.push(performance.now() - since);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(loads).toBeGreaterThan(3);
    expect(a.statistics().earlyRefreshes).toBe(loads - 1);
    expect(a.statistics().misses).toBe(1);
  });

  it('takes a value of another shape or a foreign one for a miss', async () => {
    const a = await started({ local: false });
    await a.setMany(reading, [{ params: 1, value: value(1) }]);
    await redis.append('test:value:reading:1', 'garbage');
    expect(await a.get(reading, 1, async () => value(2))).toEqual(value(2));
    expect(a.statistics()).toMatchObject({ codecErrors: 1, loads: 1 });
  });
});

it('Redis refuses a value whose tag was invalidated while it was loading', async () => {
  const counters = new Counters();
  const link = new RedisLink(server.url, 2_000, counters);
  const level = new RedisLevel(link, 'level', counters);
  await link.ready(2_000);
  const address = { key: 'k', tags: ['a', 'b'] };
  const envelope = { json: '1', expiresAt: Date.now() + 60_000, loadMs: 1 };
  const versions = await level.versions(address.tags);
  await redis.del(level.tagKey('b'));
  // Also once others have given the tag a new version.
  for (const again of [false, true]) {
    if (again) await level.versions(address.tags);
    await level.store([{ ...address, envelope, ttlMs: 60_000, versions }], 1024);
    expect((await level.read([address]))[0]?.envelope).toBeNull();
  }
  expect(counters.refused).toBe(2);
  await level.store(
    [{ ...address, envelope, ttlMs: 60_000, versions: await level.versions(['a', 'b']) }],
    1024,
  );
  expect((await level.read([address]))[0]?.envelope?.json).toBe('1');
  await redis.del(level.tagKey('a'));
  expect((await level.read([address]))[0]?.envelope).toBeNull();
  link.close();
});

interface Child {
  process: ChildProcess;
  ask(line: string): Promise<string>;
}

async function child(local = 'local'): Promise<Child> {
  const args = ['--import', 'tsx', 'test/cache-process.ts', server.url, local];
  const one = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(one);
  const waiting: ((line: string) => void)[] = [];
  readline.createInterface({ input: one.stdout }).on('line', (line) => waiting.shift()?.(line));
  const next = () => new Promise<string>((resolve) => waiting.push(resolve));
  expect(await next()).toBe('ready');
  return {
    process: one,
    ask: (line) => {
      const answer = next();
      one.stdin.write(`${line}\n`);
      return answer;
    },
  };
}

const members = () => redis.smembers('test:members');

describe('invalidation across processes', () => {
  let reader: Child;
  let bare: Child;
  let writer: Child;
  beforeAll(async () => {
    await redis.flushall();
    [reader, bare, writer] = await Promise.all([child(), child('redis-only'), child()]);
    await until(async () => (await members()).includes('-'));
  });
  afterAll(() => {
    for (const one of children.splice(0)) one.kill('SIGKILL');
  });

  it('never leaves an old value to be read once it has returned, however the reads fall', async () => {
    await Promise.all([reader.ask('slow 3'), bare.ask('slow 3')]);
    for (let round = 0; round < 30; round++) {
      await redis.set('source:1', `v${round}`);
      // Loads and reads begin before, during and after the invalidation.
      const noise = [reader, bare, reader].map((r) => r.ask('get 1'));
      await new Promise((resolve) => setTimeout(resolve, round % 6));
      expect(await writer.ask(`invalidate ${round % 2 ? 'n:1' : 'all'}`)).toBe('{"everywhere":true}');
      const answers = await Promise.all([reader, bare, writer].map((r) => r.ask('get 1')));
      expect(answers).toEqual(answers.map(() => `v${round}`));
      await Promise.all(noise);
    }
  });

  it('does not store what was loaded before, when the load ends after it', async () => {
    await redis.set('source:2', 'old');
    await bare.ask('slow 1500');
    const loading = bare.ask('get 2');
    await until(async () => (await redis.exists('test:tag:n:2')) === 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await redis.set('source:2', 'new');
    await writer.ask('invalidate n:2');
    // Whoever called before may get the old one; nobody who calls now may.
    const now = writer.ask('get 2');
    expect(await loading).toBe('old');
    expect(await now).toBe('new');
    expect(await reader.ask('get 2')).toBe('new');
    expect(await bare.ask('get 2')).toBe('new');
  });

  it('waits out the lease of a process that does not answer, which then serves nothing old', async () => {
    await redis.set('source:3', 'old');
    expect(await reader.ask('get 3')).toBe('old');
    reader.process.kill('SIGSTOP');
    await redis.set('source:3', 'new');
    expect(await writer.ask('invalidate n:3')).toBe('{"everywhere":true}');
    reader.process.kill('SIGCONT');
    expect(await reader.ask('get 3')).toBe('new');
    await until(async () => (await members()).length === 4);
  });

  it('waits for a process that was killed once, and then no longer', async () => {
    reader.process.kill('SIGKILL');
    await once(reader.process, 'exit');
    await writer.ask('invalidate n:1');
    expect(await members()).toHaveLength(3);
    const since = performance.now();
    await writer.ask('invalidate n:1');
    expect(performance.now() - since).toBeLessThan(leaseMs);
  });
});

describe('when Redis fails', () => {
  beforeEach(() => redis.flushall());

  it('goes on from memory and source while it hangs, and comes back by itself', async () => {
    const a = await started({ timeoutMs: 100 });
    await a.get(reading, 1, async () => value(1, 'before'));
    await a.settled();
    const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    try {
      let loads = 0;
      const load = async () => value(2, `load ${++loads}`);
      for (let i = 0; i < 200; i++) expect((await a.get(reading, 2, load)).n).toBe(2);
      expect(loads).toBeLessThanOrEqual(3);
      // The breaker keeps most calls from waiting for a time limit at all.
      for (let i = 10; i < 60; i++) await a.get(reading, i, async () => value(i));
      expect(a.statistics().redis.timeouts).toBeLessThan(25);
      expect(a.statistics().redis).toMatchObject({ reachable: false });
      expect(await a.invalidate(['n:2'])).toMatchObject({ everywhere: false });
      expect((await a.get(reading, 2, async () => value(2, 'new'))).text).toBe('new');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await until(() => a.statistics().redis.reachable);
    await a.get(reading, 3, async () => value(3));
    await until(async () => {
      await a.get(reading, 4, async () => value(4));
      return (await redis.exists('test:value:reading:4')) === 1;
    });
  });

  it('hands on an invalidation that Redis could not take, before its old values are used again', async () => {
    const other = await started({ local: false });
    await other.get(reading, 1, async () => value(1, 'old'));
    await other.settled();
    const a = await started();
    await redis.config('SET', 'min-replicas-to-write', '1');
    expect(await a.invalidate(['n:1'])).toMatchObject({ everywhere: false });
    expect((await a.get(reading, 1, async () => value(1, 'new'))).text).toBe('new');
    await redis.config('SET', 'min-replicas-to-write', '0');
    let text = '';
    await until(async () => {
      text = (await other.get(reading, 1, async () => value(1, 'new'))).text;
      return text === 'new';
    });
  });

  it('serves when it is out of memory, and its invalidations still hold everywhere', async () => {
    const a = await started();
    const b = await started();
    await until(async () => (await members()).includes('-'));
    await a.get(reading, 1, async () => value(1, 'old'));
    await a.settled();
    expect((await b.get(reading, 1, never)).text).toBe('old');
    await redis.config('SET', 'maxmemory', '1');
    try {
      expect((await a.get(reading, 2, async () => value(2, 'loaded'))).text).toBe('loaded');
      await a.settled();
      expect(a.statistics().redis).toMatchObject({ reachable: true });
      expect(a.statistics().redis.errors).toBeGreaterThan(0);
      expect(await a.invalidate(['n:1'])).toEqual({ everywhere: true });
      expect((await b.get(reading, 1, async () => value(1, 'new'))).text).toBe('new');
      // The lease is renewed all the same, so that memory goes on being used.
      await new Promise((resolve) => setTimeout(resolve, leaseMs + 500));
      expect((await b.get(reading, 1, never)).text).toBe('new');
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  });

  it('starts and serves with no server at all, and uses it when it comes', async () => {
    const own = await startTestRedis();
    await own.server.stop();
    const a = await started({ redisUrl: own.url, timeoutMs: 100 });
    expect((await a.get(reading, 1, async () => value(1))).n).toBe(1);
    expect(a.statistics().redis.reachable).toBe(false);
    await own.stop();
  });
});
