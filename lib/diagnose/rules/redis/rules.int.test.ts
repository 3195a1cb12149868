import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { Collector } from '@/lib/observe/collector-types';
import { openRedis } from '@/lib/observe/collectors/redis/collector';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { diagnose } from '../../run';

let server: TestRedis;
let app: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  app = new Redis(server.url);
});
afterAll(async () => {
  app?.disconnect();
  await server?.stop();
});
beforeEach(async () => {
  await app.flushall();
  await app.config('SET', 'maxmemory', '100mb');
  await app.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await app.config('RESETSTAT');
  await app.call('SLOWLOG', 'RESET');
});

async function diagnosed(url = server.url, machine?: { memoryBytes: number }) {
  const collector = await openRedis({ kind: 'redis', url });
  try {
    return await diagnosedBy(collector, machine);
  } finally {
    await collector.close();
  }
}

/** With what this collector remembers of its readings before. */
async function diagnosedBy(collector: Collector, machine?: { memoryBytes: number }) {
  const snapshot = await collector.snapshot(new AbortController().signal);
  const target = { name: 'cache', kind: 'redis' as const, snapshot, ...(machine ? { machine } : {}) };
  return diagnose({ targets: [target] });
}

async function subjects(rule: string, collector?: Collector): Promise<string[]> {
  const { findings } = collector ? await diagnosedBy(collector) : await diagnosed();
  return findings.filter((f) => f.id === `redis/${rule}`).map((f) => f.subject);
}

async function setMany(prefix: string, n: number, ...options: ['EX', number] | []): Promise<void> {
  const pipeline = app.pipeline();
  for (let i = 0; i < n; i++) pipeline.call('SET', `${prefix}${i}`, 'x', ...options.map(String));
  await pipeline.exec();
}

const setting = async (name: string) => String(((await app.config('GET', name)) as string[])[1]);

/** Looks up so many keys; the share of them that is there. */
async function lookUp(times: number, found: number): Promise<void> {
  await app.set('there', 'x', 'EX', 1000);
  const pipeline = app.pipeline();
  for (let i = 0; i < times; i++) pipeline.get(i < times * found ? 'there' : 'not there');
  await pipeline.exec();
}

it('no-maxmemory', async () => {
  expect(await subjects('no-maxmemory')).toEqual([]);
  await app.config('SET', 'maxmemory', '0');
  expect(await subjects('no-maxmemory')).toEqual(['maxmemory']);
});

it('no-maxmemory, against the memory that the server really has', async () => {
  await app.config('SET', 'maxmemory', '1gb');
  const found = async (memoryBytes: number) =>
    (await diagnosed(server.url, { memoryBytes })).findings.find((f) => f.id === 'redis/no-maxmemory');
  expect(await found(2 ** 31)).toBeUndefined();
  const above = await found(2 ** 29);
  expect(above).toMatchObject({ severity: 'medium', optimizations: ['redis/set-config'] });
  expect(Number(above?.facts.value)).toBeLessThan(2 ** 29);
  const used = Number(/used_memory:(\d+)/.exec(await app.info('memory'))?.[1]);
  // Less than twice what is used: urgent, and no limit that fits.
  expect(await found(Math.round(used * 1.5))).toMatchObject({ severity: 'high', optimizations: [] });
});

it('eviction-policy', async () => {
  await app.config('SET', 'maxmemory-policy', 'noeviction');
  expect(await subjects('eviction-policy')).toEqual([]);
  await lookUp(1_500, 0.9);
  expect(await subjects('eviction-policy')).toEqual(['maxmemory-policy']);
  await app.config('SET', 'maxmemory-policy', 'allkeys-lru');
  expect(await subjects('eviction-policy')).toEqual([]);
});

it('low-hit-ratio', async () => {
  await lookUp(2_000, 0.3);
  expect(await subjects('low-hit-ratio')).toEqual(['keyspace']);
  await lookUp(10_000, 1);
  expect(await subjects('low-hit-ratio')).toEqual([]);
});

it('keepalive', async () => {
  await app.config('SET', 'tcp-keepalive', '0');
  expect(await subjects('keepalive')).toEqual(['tcp-keepalive']);
  await app.config('SET', 'tcp-keepalive', '300');
  expect(await subjects('keepalive')).toEqual([]);
});

it('memory-pressure', async () => {
  await app.set('big', 'x'.repeat(20_000_000));
  const used = Number(/used_memory:(\d+)/.exec(await app.info('memory'))?.[1]);
  await app.config('SET', 'maxmemory', String(Math.round(used * 1.15)));
  expect(await subjects('memory-pressure')).toEqual(['maxmemory']);
  await app.del('big');
  expect(await subjects('memory-pressure')).toEqual([]);
});

it('fragmentation', async () => {
  // The server frees beside its work, and looks at its allocator ten times a second.
  const seen = (expected: string[]) =>
    vi.waitFor(async () => expect(await subjects('fragmentation')).toEqual(expected), {
      timeout: 20_000,
      interval: 200,
    });
  // What the tests before used may not have gone back yet.
  await app.call('MEMORY', 'PURGE');
  await seen([]);
  await app.config('SET', 'maxmemory', '0');
  for (let round = 0; round < 12; round++) {
    const pipeline = app.pipeline();
    for (let i = 0; i < 10_000; i++) pipeline.set(`f:${round}:${i}`, 'x'.repeat(400));
    await pipeline.exec();
  }
  // Nine of ten go, from between those that stay.
  for (let round = 0; round < 12; round++) {
    const gone = Array.from({ length: 10_000 }, (_, i) => i).filter((i) => i % 10 !== 0);
    await app.unlink(...gone.map((i) => `f:${round}:${i}`));
  }
  await seen(['memory']);
  await app.flushall('SYNC');
  await app.call('MEMORY', 'PURGE');
  await seen([]);
});

it('evictions', async () => {
  const collector = await openRedis({ kind: 'redis', url: server.url });
  try {
    expect(await subjects('evictions', collector)).toEqual([]);
    const used = Number(/used_memory:(\d+)/.exec(await app.info('memory'))?.[1]);
    await app.config('SET', 'maxmemory', String(used + 2_000_000));
    for (let i = 0; i < 200; i++) await app.set(`e:${i}`, 'x'.repeat(50_000));
    expect(await subjects('evictions', collector)).toEqual(['maxmemory']);
  } finally {
    await collector.close();
  }
  expect(await subjects('evictions')).toEqual(['maxmemory']);
  await app.config('RESETSTAT');
  expect(await subjects('evictions')).toEqual([]);
});

it('rejected-connections', async () => {
  const before = await setting('maxclients');
  const collector = await openRedis({ kind: 'redis', url: server.url });
  try {
    expect(await subjects('rejected-connections', collector)).toEqual([]);
    await app.config('SET', 'maxclients', '2');
    const refused = new Redis(server.url, { retryStrategy: () => null, lazyConnect: true });
    refused.on('error', () => undefined);
    await expect(refused.connect().then(() => refused.ping())).rejects.toThrow();
    expect(await subjects('rejected-connections', collector)).toEqual(['maxclients']);
  } finally {
    await collector.close();
    await app.config('SET', 'maxclients', before);
  }
  await app.config('RESETSTAT');
  expect(await subjects('rejected-connections')).toEqual([]);
});

it('keys-without-ttl', async () => {
  await setMany('page:', 50, 'EX', 1_000);
  await setMany('forever:', 40);
  expect(await subjects('keys-without-ttl')).toEqual([]); // Nobody reads it: no cache.
  await lookUp(1_500, 1);
  expect(await subjects('keys-without-ttl')).toEqual(['forever:']);
  for (let i = 0; i < 30; i++) await app.expire(`forever:${i}`, 1_000);
  expect(await subjects('keys-without-ttl')).toEqual([]);
});

it('big-keys', async () => {
  await app.set('text:1', 'x'.repeat(90_000));
  await app.rpush('list:1', ...Array.from({ length: 1_000 }, () => 'x'));
  expect(await subjects('big-keys')).toEqual([]);
  await app.append('text:1', 'x'.repeat(20_000));
  await app.rpush('list:1', 'x');
  await app.sadd('set:1', ...Array.from({ length: 1_001 }, (_, i) => i));
  await app.zadd('zset:1', ...Array.from({ length: 1_001 }, (_, i) => [i, `m${i}`]).flat());
  await app.hset('hash:1', Object.fromEntries(Array.from({ length: 5_001 }, (_, i) => [`f${i}`, i])));
  expect((await subjects('big-keys')).sort()).toEqual(['hash:', 'list:', 'set:', 'text:', 'zset:']);
  await app.flushall();
  expect(await subjects('big-keys')).toEqual([]);
});

it('small-strings', async () => {
  await setMany('flag:', 9);
  await setMany('short:', 50, 'EX', 1_000);
  expect(await subjects('small-strings')).toEqual([]);
  await setMany('flag:', 10);
  expect(await subjects('small-strings')).toEqual(['flag:']);
  for (let i = 0; i < 10; i++) await app.set(`flag:${i}`, 'x'.repeat(300));
  expect(await subjects('small-strings')).toEqual([]);
});

/** Keeps the server busy for some milliseconds; how many depends on the machine. */
const busy = (loops: number, on: Redis = app) => on.eval(`for i = 1, ${loops} do end return 1`, 0);

it('slow-commands', async () => {
  expect(await subjects('slow-commands')).toEqual([]);
  await busy(20_000_000);
  for (let i = 0; i < 10; i++) await app.keys('nothing*');
  expect((await subjects('slow-commands')).sort()).toEqual(['EVAL', 'KEYS']);
  await app.call('SLOWLOG', 'RESET');
  await app.config('RESETSTAT');
  expect(await subjects('slow-commands')).toEqual([]);
  await app.config('SET', 'slowlog-log-slower-than', '-1');
  const { cannotCheck } = await diagnosed();
  await app.config('SET', 'slowlog-log-slower-than', '10000');
  expect(cannotCheck.map((c) => c.id)).toContain('redis/slow-commands');
});

it('client-churn: many from one address', async () => {
  const own = Array.from({ length: 101 }, () => new Redis(server.url));
  await Promise.all(own.map((c) => c.ping()));
  expect(await subjects('client-churn')).toContain('127.0.0.1');
  for (const client of own.slice(0, 60)) client.disconnect();
  await vi.waitFor(async () => expect(await subjects('client-churn')).not.toContain('127.0.0.1'));
  for (const client of own) client.disconnect();
});

it('client-churn: opened and soon closed', async () => {
  const collector = await openRedis({ kind: 'redis', url: server.url });
  try {
    expect(await subjects('client-churn', collector)).not.toContain('connections');
    for (let i = 0; i < 100; i++) {
      const client = new Redis(server.url);
      await client.ping();
      await client.quit();
    }
    await pause(1_000);
    expect(await subjects('client-churn', collector)).toContain('connections');
  } finally {
    await collector.close();
  }
  expect(await subjects('client-churn')).not.toContain('connections');
});

it('client-churn: idle ones that are never closed', async () => {
  const own = Array.from({ length: 12 }, () => new Redis(server.url));
  await Promise.all(own.map((c) => c.ping()));
  const collector = await openRedis({ kind: 'redis', url: server.url });
  try {
    // Five minutes pass only on paper: their idle times are moved back.
    const read = async (timeout: string) => {
      await app.config('SET', 'timeout', timeout);
      const snapshot = RedisSnapshot.parse(await collector.snapshot(new AbortController().signal));
      const clients = snapshot.clients && {
        ...snapshot.clients,
        idleSeconds: snapshot.clients.idleSeconds.map((s) => s + 300),
      };
      const aged = { ...snapshot, clients };
      return (
        await diagnose({ targets: [{ name: 'cache', kind: 'redis', snapshot: aged }] })
      ).findings.filter((f) => f.subject === 'timeout');
    };
    expect(await subjects('client-churn', collector)).not.toContain('timeout');
    expect(await read('0')).toMatchObject([
      { optimizations: ['redis/set-config'], facts: { setting: 'timeout' } },
    ]);
    expect(await read('600')).toEqual([]);
  } finally {
    await app.config('SET', 'timeout', '0');
    await collector.close();
    for (const client of own) client.disconnect();
  }
});

it('persistence-failing', async () => {
  expect(await subjects('persistence-failing')).toEqual([]);
  // A folder where the file should be: the server cannot put its dump there.
  const inTheWay = path.join(await setting('dir'), 'dump.rdb');
  await fs.mkdir(inTheWay);
  const saved = async () => {
    await app.bgsave();
    await vi.waitFor(async () => expect(await app.info('persistence')).toContain('rdb_bgsave_in_progress:0'));
  };
  await saved();
  expect(await subjects('persistence-failing')).toEqual(['rdb']);
  await fs.rmdir(inTheWay);
  await saved();
  expect(await subjects('persistence-failing')).toEqual([]);
});

it('latency', async () => {
  const other = new Redis(server.url);
  let on = true;
  const load = (async () => {
    while (on) await busy(3_000_000, other);
  })();
  try {
    expect(await subjects('latency')).toEqual(['PING']);
  } finally {
    on = false;
    await load;
    other.disconnect();
  }
  await vi.waitFor(async () => expect(await subjects('latency')).toEqual([]), { timeout: 20_000 });
}, 30_000);

it('no-password', async () => {
  expect(await subjects('no-password')).toEqual([]);
  // Protected mode stays on: no other machine is served meanwhile.
  await app.config('SET', 'bind', '0.0.0.0');
  try {
    expect(await subjects('no-password')).toEqual(['default user']);
    await app.config('SET', 'requirepass', 'secret');
    const { findings } = await diagnosed(server.url.replace('redis://', 'redis://:secret@'));
    expect(findings.filter((f) => f.id === 'redis/no-password')).toEqual([]);
  } finally {
    await app.config('SET', 'requirepass', '');
    await app.config('SET', 'bind', '127.0.0.1');
  }
});

it('says what it cannot check for a user with few rights, and why', async () => {
  const rights = ['+ping', '+info', '+dbsize', '+select'];
  await app.call('ACL', 'SETUSER', 'watcher', 'on', '>s3cret', ...rights, '~*');
  try {
    const { cannotCheck } = await diagnosed(server.url.replace('redis://', 'redis://watcher:s3cret@'));
    const ids = new Set(cannotCheck.map((c) => c.id.replace('redis/', '')));
    for (const id of [
      'no-maxmemory',
      'keys-without-ttl',
      'big-keys',
      'small-strings',
      'slow-commands',
      'client-churn',
      'no-password',
    ])
      expect(ids, id).toContain(id);
    for (const c of cannotCheck) if (c.id !== 'redis/latency') expect(c.enable, c.id).toMatch(/^ACL SETUSER/);
  } finally {
    await app.call('ACL', 'DELUSER', 'watcher');
  }
});
