import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Breaker } from './breaker';
import { TwoLevelCache } from './cache';
import { refreshesEarly } from './early-refresh';
import { pack, unpack } from './envelope';
import { defineKey } from './key';
import { LocalLevel } from './local-level';

const entry = (bytes: number, tags: string[] = []) => ({
  value: bytes,
  tags,
  bytes,
  expiresAt: Number.POSITIVE_INFINITY,
  since: 0,
  loadMs: 1,
});

describe('the local level', () => {
  it('drops the least recently used first, by number and by bytes', () => {
    const level = new LocalLevel({ maxEntries: 3, maxBytes: 100 });
    for (const key of ['a', 'b', 'c']) level.set(key, entry(10));
    level.get('a');
    level.set('d', entry(10));
    expect(['a', 'b', 'c', 'd'].filter((k) => level.get(k))).toEqual(['a', 'c', 'd']);
    level.set('e', entry(85));
    expect(['a', 'c', 'd', 'e'].filter((k) => level.get(k))).toEqual(['d', 'e']);
    expect(level.size).toEqual({ entries: 2, bytes: 95 });
    expect(level.evictions).toBe(3);
    level.set('f', entry(101));
    expect(level.size).toEqual({ entries: 2, bytes: 95 });
  });

  it('drops by tag and forgets the tags of what it dropped', () => {
    const level = new LocalLevel({ maxEntries: 10, maxBytes: 100 });
    level.set('a', entry(1, ['x', 'y']));
    level.set('b', entry(1, ['y']));
    level.set('c', entry(1, ['z']));
    level.deleteTagged(['y']);
    level.set('a', entry(1));
    level.deleteTagged(['x']);
    expect(['a', 'b', 'c'].filter((k) => level.get(k))).toEqual(['a', 'c']);
  });
});

describe('early refresh', () => {
  it('has the chance that its formula gives, exp(−left / load time)', () => {
    const n = 20_000;
    let refreshed = 0;
    for (let i = 0; i < n; i++) if (refreshesEarly(20, 10, (i + 0.5) / n)) refreshed++;
    expect(refreshed / n).toBeCloseTo(Math.exp(-2), 3);
  });
  it('always happens at the expiry, and never when a load costs nothing', () => {
    expect(refreshesEarly(0, 10, 1)).toBe(true);
    expect(refreshesEarly(5, 0, 1e-12)).toBe(false);
  });
});

describe('the envelope', () => {
  const json = JSON.stringify(Array.from({ length: 100 }, (_, id) => ({ id, title: `Task ${id}` })));
  it.each([1, 1024, 1_000_000])('comes back as it was with a threshold of %i bytes', async (threshold) => {
    const envelope = { json, expiresAt: 1_700_000_000_123, loadMs: 12.345 };
    const packed = await pack(envelope, threshold);
    expect(await unpack(packed.bytes)).toEqual(envelope);
    expect(packed.bytes.length < packed.rawBytes / 2).toBe(threshold <= json.length);
  });
  it('packs large values in the thread pool, and does not keep a compression that saves nothing', async () => {
    const large = JSON.stringify('é'.repeat(200_000));
    const packed = await pack({ json: large, expiresAt: 0, loadMs: 0 }, 1024);
    expect((await unpack(packed.bytes)).json).toBe(large);
    expect((await pack({ json: '"k3"', expiresAt: 0, loadMs: 0 }, 1)).bytes.readUInt8(0)).toBe(0);
  });
  it('refuses bytes that are not one', () => {
    expect(() => unpack(Buffer.from('no envelope, only text'))).toThrow('codec');
  });
});

describe('the breaker', () => {
  it('opens after failures in a row, lets one through after a rest, and closes on success', () => {
    const breaker = new Breaker(2, 100);
    breaker.failed(0);
    breaker.succeeded();
    breaker.failed(0);
    expect(breaker.allows(1)).toBe(true);
    breaker.failed(1);
    expect([breaker.allows(2), breaker.allows(101), breaker.allows(102)]).toEqual([false, true, false]);
    breaker.succeeded();
    expect(breaker.allows(103)).toBe(true);
  });
});

describe('a cache without Redis', () => {
  const kind = defineKey({
    name: 'n',
    id: (n: number) => String(n),
    schema: z.object({ n: z.number() }),
    ttlMs: 60_000,
    tags: (n) => [`n:${n}`],
  });

  it('loads once for many calls at a time, and again after an invalidation', async () => {
    const cache = new TwoLevelCache({ redisUrl: null, namespace: 't' });
    let loads = 0;
    const load = async () => {
      loads += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { n: loads };
    };
    const all = await Promise.all(Array.from({ length: 500 }, () => cache.get(kind, 1, load)));
    expect([loads, new Set(all).size]).toEqual([1, 1]);
    expect(await cache.invalidate(['n:1'])).toEqual({ everywhere: true });
    expect(await cache.get(kind, 1, load)).toEqual({ n: 2 });
    expect(cache.statistics()).toMatchObject({ loads: 2, joined: 499, misses: 2 });
  });

  it('does not keep what was loading when it was invalidated, and later calls do not wait for it', async () => {
    const cache = new TwoLevelCache({ redisUrl: null, namespace: 't' });
    let release: () => void = () => undefined;
    const slow = cache.get(kind, 1, async () => {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return { n: 1 };
    });
    await new Promise((resolve) => setTimeout(resolve, 1));
    await cache.invalidate(['n:1']);
    expect(await cache.get(kind, 1, async () => ({ n: 2 }))).toEqual({ n: 2 });
    release();
    expect(await slow).toEqual({ n: 1 });
    expect(await cache.get(kind, 1, async () => ({ n: 3 }))).toEqual({ n: 2 });
  });

  it('passes on the failure of a load and does not keep it; values are frozen', async () => {
    const cache = new TwoLevelCache({ redisUrl: null, namespace: 't' });
    await expect(cache.get(kind, 1, () => Promise.reject(new Error('no source')))).rejects.toThrow(
      'no source',
    );
    const value = await cache.get(kind, 1, async () => ({ n: 1 }));
    expect(() => {
      value.n = 2;
    }).toThrow();
    await expect(cache.getMany(kind, [5, 6], async () => [{ n: 5 }])).rejects.toThrow('1 values for 2');
    expect(cache.statistics()).toMatchObject({ loadErrors: 2 });
  });

  it('holds nothing when the local level is off, and still loads once at a time', async () => {
    const cache = new TwoLevelCache({ redisUrl: null, namespace: 't', local: false });
    let loads = 0;
    const load = async () => ({ n: ++loads });
    await Promise.all([cache.get(kind, 1, load), cache.get(kind, 1, load)]);
    await cache.get(kind, 1, load);
    expect(loads).toBe(2);
    cache.configure({ local: true });
    await cache.get(kind, 1, load);
    await cache.get(kind, 1, load);
    expect(loads).toBe(3);
  });
});
