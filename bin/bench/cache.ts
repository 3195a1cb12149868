import zlib from 'node:zlib';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { TwoLevelCache } from '@/lib/cache/cache';
import { pack, unpack } from '@/lib/cache/envelope';
import { defineKey } from '@/lib/cache/key';
import { seededRandom } from '@/lib/stats/random';
import { startTestRedis } from '@/test/redis';
import { jsonKinds } from './json-kinds';
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

const quality = (q: number) => ({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: q } });
const codecs: Record<string, [(b: Buffer) => Buffer, (b: Buffer) => Buffer]> = {
  'brotli 0': [(b) => zlib.brotliCompressSync(b, quality(0)), zlib.brotliDecompressSync],
  'brotli 1': [(b) => zlib.brotliCompressSync(b, quality(1)), zlib.brotliDecompressSync],
  'brotli 3': [(b) => zlib.brotliCompressSync(b, quality(3)), zlib.brotliDecompressSync],
  'deflate 1': [(b) => zlib.deflateRawSync(b, { level: 1 }), zlib.inflateRawSync],
  'deflate 6': [(b) => zlib.deflateRawSync(b, { level: 6, windowBits: 13 }), zlib.inflateRawSync],
};

/** What the cache makes of JSON of 8 kB, and what other codecs would; on average over the kinds, each of which is shown. */
async function compression(redis: Redis): Promise<{ rows: string[][]; failed: number }> {
  const rows: string[][] = [];
  const kinds = Object.entries(jsonKinds()).map(([name, json]) => ({ name, json, raw: Buffer.from(json) }));
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const percent = (n: number) => `${(n * 100).toFixed(1)} %`;
  const packed = await Promise.all(
    kinds.map(async ({ name, json }) => ({ name, ...(await pack({ json, expiresAt: 0, loadMs: 0 }, 1024)) })),
  );
  for (const { name, bytes, rawBytes } of packed)
    rows.push([
      `  ${(rawBytes / 1000).toFixed(1)} kB of ${name}, packed`,
      percent(bytes.length / rawBytes),
      '',
      '',
    ]);
  const share = mean(packed.map((p) => p.bytes.length / p.rawBytes));
  rows.push(['8 kB of JSON packed, mean of the nine', percent(share), '≤ 25 %', share <= 0.25 ? '✓' : '✗']);
  for (const { name, raw } of kinds) await redis.set(`bench:raw:${name}`, raw);
  const turns: Record<string, () => unknown> = {};
  for (const { name } of kinds) turns[`GET ${name}`] = () => redis.getBuffer(`bench:raw:${name}`);
  for (const { name, json } of kinds)
    turns[`pack ${name}`] = () => pack({ json, expiresAt: 0, loadMs: 0 }, 1024);
  for (const { name, bytes } of packed) turns[`unpack ${name}`] = () => unpack(bytes);
  for (const [codec, [deflate, inflate]] of Object.entries(codecs))
    for (const { name, raw } of kinds) {
      const small = deflate(raw);
      turns[`${codec}+ ${name}`] = () => deflate(raw);
      turns[`${codec}- ${name}`] = () => inflate(small);
    }
  const time = await medians(turns, 150);
  const over = (what: string) => mean(kinds.map(({ name }) => time(`${what} ${name}`)));
  for (const [codec, [deflate]] of Object.entries(codecs)) {
    const size = mean(kinds.map(({ raw }) => deflate(raw).length / raw.length));
    rows.push([
      `  ${codec}`,
      `${percent(size)}, pack ${us(over(`${codec}+`))}, unpack ${us(over(`${codec}-`))}`,
      '',
      '',
    ]);
  }
  const quick = over('pack') < over('GET');
  rows.push([
    'time to pack, to unpack, of a Redis GET of the same',
    `${us(over('pack'))}, ${us(over('unpack'))}, ${us(over('GET'))}`,
    'pack < GET',
    quick ? '✓' : '✗',
  ]);
  return { rows, failed: Number(share > 0.25) + Number(!quick) };
}

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

    const { rows: compressed, failed: missed } = await compression(redis);
    rows.push(...compressed);
    failed += missed;

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
