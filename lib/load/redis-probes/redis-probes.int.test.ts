import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisProbe } from '@/lib/contracts/workload';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startGenerator } from '../generator';
import { buildRedisProbes } from './build';
import { absentNamespace, ownNamespace } from './own-keys';

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
  await app.config('RESETSTAT');
});

const connection = () => ({ kind: 'redis' as const, url: server.url });
const build = (writes = false) => buildRedisProbes(connection(), { target: 'cache', seed: 1, writes });

/** What an application does: 3 GET to 1 HGETALL, one lookup of four in vain. */
async function use(): Promise<void> {
  const setup = app.pipeline();
  for (let i = 0; i < 200; i++) setup.set(`page:${i}`, 'x'.repeat(500));
  for (let i = 0; i < 50; i++) setup.hset(`user:${i}`, { name: 'n', mail: 'm' });
  setup.rpush('big', ...Array.from({ length: 2_000 }, () => 'x'));
  await setup.exec();
  const work = app.pipeline();
  for (let i = 0; i < 1_500; i++) work.get(i % 3 === 0 ? `none:${i}` : `page:${i % 200}`);
  for (let i = 0; i < 500; i++) work.hgetall(`user:${i % 50}`);
  work.lrange('big', 0, 1);
  await work.exec();
}

const run = async (probes: RedisProbe[]) => {
  const workload = { clients: 3, seed: 1, probes };
  const generator = await startGenerator({
    workload,
    connections: { cache: connection() },
    allowedOrigins: [],
  });
  try {
    return await generator.segment({ ms: 400, warmupMs: 0 });
  } finally {
    await generator.stop();
  }
};

describe('a workload of Redis commands', () => {
  it('has the mix that was measured, and says what it leaves out', async () => {
    await use();
    const { probes, skipped } = await build();
    expect(probes.map((p) => p.name)).toEqual(['GET', 'HGETALL']);
    expect(probes[0]!.weight / probes[1]!.weight).toBe(3);
    const absent = probes[0]!.rows.filter(([key]) => key?.startsWith(absentNamespace)).length;
    // A quarter of all lookups (500 of 2,000) found nothing.
    expect(absent / probes[0]!.rows.length).toBeGreaterThan(0.15);
    expect(absent / probes[0]!.rows.length).toBeLessThan(0.35);
    expect(skipped.map((s) => s.query).sort()).toEqual(['LRANGE', 'SET']);
  });

  it('runs in the generator, in these proportions, and changes nothing', async () => {
    await use();
    const { probes } = await build();
    const before = await app.info('persistence');
    const result = await run(probes);
    const { GET: get, HGETALL: all } = result.endpoints;
    expect(get!.errors + all!.errors).toBe(0);
    expect(all!.count).toBeGreaterThan(20);
    expect(get!.count / all!.count).toBeCloseTo(3, 0);
    const changes = (info: string) => /rdb_changes_since_last_save:(\d+)/.exec(info)?.[1];
    expect(changes(await app.info('persistence'))).toBe(changes(before));
  });

  it('writes where that is allowed, to keys of its own that are gone afterwards', async () => {
    await use();
    const { probes } = await build(true);
    const sets = probes.filter((p) => p.command === 'SET');
    expect(sets).toHaveLength(1);
    expect(sets[0]!.rows.every(([key]) => key?.startsWith(ownNamespace))).toBe(true);
    const keys = await app.dbsize();
    const result = await run(probes);
    expect(result.endpoints.SET).toMatchObject({ errors: 0 });
    expect(result.endpoints.SET!.count).toBeGreaterThan(0);
    expect(await app.dbsize()).toBe(keys);
  });

  it('sends nothing that could change what is not its own', async () => {
    await use();
    const forbidden: [RedisProbe['command'], RedisProbe['mode'], string[]][] = [
      ['FLUSHALL', 'read', ['SYNC']],
      ['SET', 'read', ['page:1', 'gone', 'EX', '5']],
      ['SET', 'own', ['page:1', 'gone', 'EX', '5']],
      ['DEL', 'own', [`${ownNamespace}1`]],
      ['SET', 'own', [`${ownNamespace}1`, 'stays']],
    ];
    const probes = forbidden.map(
      ([command, mode, row], i): RedisProbe => ({
        ...{ kind: 'redis', name: `p${i}`, weight: 1, target: 'cache' },
        ...{ command, mode, rows: [row] },
      }),
    );
    const { endpoints } = await run(probes);
    for (const { name } of probes) expect(endpoints[name]!.errors, name).toBe(endpoints[name]!.count);
    expect(Object.values(endpoints).every((e) => e.count > 0)).toBe(true);
    expect(await app.strlen('page:1')).toBe(500);
    expect(await app.exists(`${ownNamespace}1`)).toBe(0);
  });

  it('goes on after the server was away', async () => {
    await use();
    const { probes } = await build();
    const workload = { clients: 2, seed: 1, probes };
    const generator = await startGenerator({
      workload,
      connections: { cache: connection() },
      allowedOrigins: [],
    });
    try {
      await generator.segment({ ms: 100, warmupMs: 0 });
      // Every connection but this one is cut.
      await app.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      const { endpoints } = await generator.segment({ ms: 400, warmupMs: 200 });
      expect(endpoints.GET!.count).toBeGreaterThan(0);
      expect(endpoints.GET!.errors).toBe(0);
    } finally {
      await generator.stop();
    }
  });

  it('says so where nothing was sent yet', async () => {
    expect(await build()).toMatchObject({ probes: [], skipped: [{ query: 'cache' }] });
  });
});
