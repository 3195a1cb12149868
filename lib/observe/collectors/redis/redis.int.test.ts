import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { testRedis } from '@/lib/targets/redis/capabilities';
import { startTestRedis, type TestRedis } from '@/test/redis';
import type { Collector } from '../../collector-types';
import { openRedis } from './collector';

let server: TestRedis;
let app: Redis;
let collector: Collector;
const signal = new AbortController().signal;

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
  collector = await openRedis({ kind: 'redis', url: server.url });
  return () => collector.close();
});

const read = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await collector.vitals(signal)).values.map((v) => [v.metric, v.value]));
/** The interval of a rate must be long against the round trip. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('Redis collector', () => {
  it('measures what the application does, without what Ratchet does', async () => {
    const pipeline = app.pipeline();
    for (let i = 0; i < 250; i++) {
      pipeline.set(`user:${2 * i}`, 'x'.repeat(100));
      pipeline.set(`user:${2 * i + 1}`, 'x'.repeat(100), 'EX', 1000);
    }
    for (let i = 0; i < 20; i++) pipeline.hset(`session:u${1000 + i}:data`, 'f', 'v');
    await pipeline.exec();

    const first = await read();
    expect(first).toMatchObject({ 'redis.keys': 520, 'redis.clients': 1, 'redis.memory_max': 0 });
    expect(first['redis.memory']).toBeGreaterThan(100_000);
    expect(first['redis.latency']).toBeGreaterThan(0);
    expect(first).not.toHaveProperty('redis.commands');

    // Only Ratchet reads, a thousand lookups of the key sample among it.
    await aWhile();
    const snapshot = RedisSnapshot.parse(await collector.snapshot(signal));
    const idle = await read();
    expect(idle['redis.commands']).toBe(0);
    expect(idle).not.toHaveProperty('redis.hit_ratio');
    expect(idle['redis.evictions']).toBe(0);

    expect(snapshot.keyspace).toMatchObject({ keys: 520, sampled: 520, withTtl: 250, missing: null });
    expect(snapshot.keyspace.prefixes.map((p) => [p.prefix, p.keys, p.withTtl, p.types])).toEqual([
      ['user:', 500, 250, { string: 500 }],
      ['session:*:', 20, 0, { hash: 20 }],
    ]);
    expect(snapshot.keyspace.prefixes[0]!.bytes! / snapshot.keyspace.prefixes[0]!.measured).toBeGreaterThan(
      100,
    );
    expect(snapshot.config).toMatchObject({ maxmemory: '0', 'maxmemory-policy': 'noeviction', timeout: '0' });
    expect(snapshot.info.redis_version ?? snapshot.info.valkey_version).toBe(snapshot.version);

    await aWhile();
    for (let i = 0; i < 30; i++) await app.get(`user:${i}`);
    for (let i = 0; i < 10; i++) await app.get(`nobody:${i}`);
    const busy = await read();
    expect(busy['redis.hit_ratio']).toBe(0.75);
    expect(busy['redis.commands']).toBeGreaterThan(0);
  });

  it('gives no rate over CONFIG RESETSTAT and goes on after it', async () => {
    for (let i = 0; i < 200; i++) await app.get('x');
    await read();
    await aWhile();
    await app.config('RESETSTAT');
    expect(await read()).not.toHaveProperty('redis.commands');
    await aWhile();
    await app.get('x');
    expect((await read())['redis.commands']).toBeLessThan(11);
  });

  it('looks at a bounded number of keys', async () => {
    const pipeline = app.pipeline();
    for (let i = 0; i < 20_000; i++) pipeline.set(`k:${i}`, '1');
    await pipeline.exec();
    const { keyspace } = RedisSnapshot.parse(await collector.snapshot(signal));
    expect(keyspace.keys).toBe(20_000);
    expect(keyspace.sampled).toBe(1_000);
    expect(keyspace.prefixes[0]!.measured).toBe(200);
  });

  it('tells what a user with few rights may not read, and reads the rest', async () => {
    await app.call(
      'ACL',
      'SETUSER',
      'watcher',
      'on',
      '>s3cret',
      '+ping',
      '+info',
      '+scan',
      '+ttl',
      '+type',
      '+dbsize',
      '+acl|whoami',
      '~*',
    );
    const url = server.url.replace('redis://', 'redis://watcher:s3cret@');
    const few = await openRedis({ kind: 'redis', url });
    try {
      await app.set('a:1', 'x');
      const snapshot = RedisSnapshot.parse(await few.snapshot(signal));
      expect(snapshot.config).toBeNull();
      expect(snapshot.configMissing).toMatch(/NOPERM/);
      expect(snapshot.slowLogLength).toBeNull();
      expect(snapshot.keyspace).toMatchObject({
        sampled: 1,
        prefixes: [{ prefix: 'a:', bytes: null, measured: 0 }],
      });
      const { checks } = await testRedis({ kind: 'redis', url });
      expect(checks.find((c) => c.name === 'read settings')).toMatchObject({
        ok: false,
        enable: expect.stringContaining('CONFIG GET'),
      });
      expect(checks.find((c) => c.name === 'sample keys')?.ok).toBe(true);
    } finally {
      await few.close();
      await app.call('ACL', 'DELUSER', 'watcher');
    }
  });

  it('says what keeps it from connecting, without the password', async () => {
    const wrong = openRedis({ kind: 'redis', url: server.url.replace('redis://', 'redis://nobody:s3cret@') });
    await expect(wrong).rejects.toMatchObject({
      code: 'privilege-missing',
      message: expect.not.stringContaining('s3cret'),
    });
    await expect(openRedis({ kind: 'redis', url: 'redis://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
