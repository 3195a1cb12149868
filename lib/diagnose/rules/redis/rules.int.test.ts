import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
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
});

async function subjects(rule: string): Promise<string[]> {
  const collector = await openRedis({ kind: 'redis', url: server.url });
  try {
    const snapshot = await collector.snapshot(new AbortController().signal);
    const { findings } = await diagnose({ targets: [{ name: 'cache', kind: 'redis', snapshot }] });
    return findings.filter((f) => f.id === `redis/${rule}`).map((f) => f.subject);
  } finally {
    await collector.close();
  }
}

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
