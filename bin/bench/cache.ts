import zlib from 'node:zlib';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { TwoLevelCache } from '@/lib/cache/cache';
import { pack, unpack } from '@/lib/cache/envelope';
import { defineKey } from '@/lib/cache/key';
import { seededRandom } from '@/lib/stats/random';
import { startTestRedis } from '@/test/redis';
import type { BenchResult } from './result';

const Task = z.object({ id: z.number(), title: z.string(), status: z.string(), at: z.string() });
const tasks = defineKey({
  name: 'tasks',
  id: (user: number) => String(user),
  schema: z.array(Task),
  ttlMs: 600_000,
  tags: (user) => [`user:${user}`],
});

const random = seededRandom(7);
const words = ['draft', 'review', 'invoice', 'customer', 'deploy', 'summary', 'report', 'urgent', 'meeting'];
/** Tasks of one user: about 8 kB of JSON with 75. */
const some = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    id: random.below(1e7),
    title: `${words[random.below(9)]} ${words[random.below(9)]} ${random.below(1e4)}`,
    status: ['open', 'done', 'waiting'][i % 3] ?? '',
    at: new Date(1.76e12 + random.next() * 1e10).toISOString(),
  }));

/** Median time of one call, ms; the calls of several kinds take turns, so that a busy machine hits all alike. */
async function medians(kinds: Record<string, () => unknown>, rounds: number, inner = 1) {
  const times = new Map(Object.keys(kinds).map((name) => [name, [] as number[]]));
  for (let i = 0; i < rounds; i++) {
    for (const [name, work] of Object.entries(kinds)) {
      const since = performance.now();
      for (let j = 0; j < inner; j++) await work();
      times.get(name)?.push((performance.now() - since) / inner);
    }
  }
  return (name: string) => times.get(name)?.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

const us = (ms: number) => `${(ms * 1000).toFixed(1)} µs`;

/** Measures the two-level cache against a Redis of its own; rows of what, figure, must hold, and whether it does. */
export async function benchCache(): Promise<BenchResult> {
  const server = await startTestRedis();
  const redis = new Redis(server.url);
  const open: TwoLevelCache[] = [];
  const cacheOf = async (options = {}) => {
    const cache = new TwoLevelCache({
      redisUrl: server.url,
      namespace: 'bench',
      timeoutMs: 5_000,
      ...options,
    });
    open.push(cache);
    await cache.start();
    return cache;
  };
  const rows: string[][] = [];
  let failed = 0;
  const row = (what: string, figure: string, must = '', holds = true) => {
    if (!holds) failed += 1;
    rows.push([what, figure, must, must ? (holds ? '✓' : '✗') : '']);
  };
  try {
    const cache = await cacheOf();
    const value = some(75);
    const load = async () => value;
    await cache.get(tasks, 1, load);
    await cache.settled();
    const hit = await medians(
      { local: () => cache.get(tasks, 1, load), redis: () => redis.get('bench:value:tasks:1') },
      400,
      25,
    );
    row('hit in memory, p50', us(hit('local')));
    row('Redis GET of the same value, p50', us(hit('redis')));
    const times = hit('redis') / hit('local');
    row('memory against Redis', `1/${times.toFixed(0)}`, '≤ 1/50', times >= 50);

    let loads = 0;
    await Promise.all(
      Array.from({ length: 500 }, () =>
        cache.get(tasks, 2, async () => {
          loads += 1;
          await new Promise((resolve) => setTimeout(resolve, 20));
          return value;
        }),
      ),
    );
    row('loads for 500 simultaneous misses', String(loads), '1', loads === 1);

    const json = JSON.stringify(value);
    const packed = await pack({ json, expiresAt: 0, loadMs: 0 }, 1024);
    const share = packed.bytes.length / packed.rawBytes;
    row(
      `size of ${(packed.rawBytes / 1000).toFixed(1)} kB JSON, compressed`,
      `${(share * 100).toFixed(1)} %`,
      '< 50 %',
      share < 0.5,
    );
    const raw = Buffer.from(json);
    const quality = (q: number) => ({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: q } });
    const codecs: Record<string, [(b: Buffer) => Buffer, (b: Buffer) => Buffer]> = {
      'brotli 0': [(b) => zlib.brotliCompressSync(b, quality(0)), zlib.brotliDecompressSync],
      'brotli 1': [(b) => zlib.brotliCompressSync(b, quality(1)), zlib.brotliDecompressSync],
      'brotli 4': [(b) => zlib.brotliCompressSync(b, quality(4)), zlib.brotliDecompressSync],
      'deflate 1': [(b) => zlib.deflateRawSync(b, { level: 1 }), zlib.inflateRawSync],
      'deflate 6': [(b) => zlib.deflateRawSync(b, { level: 6 }), zlib.inflateRawSync],
    };
    const pairs = Object.entries(codecs).map(([name, [deflate, inflate]]) => ({
      name,
      deflate,
      inflate,
      small: deflate(raw),
    }));
    const codec = await medians(
      Object.fromEntries(
        pairs.flatMap((p) => [
          [`+${p.name}`, () => p.deflate(raw)],
          [`-${p.name}`, () => p.inflate(p.small)],
        ]),
      ),
      300,
    );
    for (const { name, small } of pairs)
      row(
        `  ${name}`,
        `${((small.length / raw.length) * 100).toFixed(1)} %, pack ${us(codec(`+${name}`))}, unpack ${us(codec(`-${name}`))}`,
      );
    const whole = await medians(
      {
        pack: () => pack({ json, expiresAt: 0, loadMs: 0 }, 1024),
        unpack: () => unpack(packed.bytes),
      },
      300,
    );
    row('time of that value, packed and unpacked', `${us(whole('pack'))}, ${us(whole('unpack'))}`);

    const reader = await cacheOf({ local: false });
    const list = Array.from({ length: 100 }, (_, i) => 1_000 + i);
    const small = some(3);
    await reader.setMany(
      tasks,
      list.map((params) => ({ params, value: small })),
    );
    const all = async (missing: number[]) => missing.map(() => small);
    const bulk = await medians(
      {
        one: () => reader.getMany(tasks, list.slice(0, 1), all),
        hundred: () => reader.getMany(tasks, list, all),
      },
      300,
    );
    const ratio = bulk('hundred') / bulk('one');
    row('read of 1 key from Redis, p50', us(bulk('one')));
    row('read of 100 keys in one call, p50', us(bulk('hundred')));
    row('100 keys against 1', `${ratio.toFixed(1)} ×`, '< 50 ×', ratio < 50);
  } finally {
    for (const cache of open) await cache.close();
    redis.disconnect();
    await server.stop();
  }
  return { rows: [['two-level cache', 'measured', 'must hold', ''], ...rows], failed };
}
