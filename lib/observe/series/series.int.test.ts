import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '@/lib/store/client';
import { removeTarget } from '@/lib/targets/remove';
import { startTestStore } from '@/test/store';
import { latest } from './latest';
import { day, hour, minute, raw } from './levels';
import { packSamples } from './pack';
import { ensurePartitions, listPartitions } from './partitions';
import { querySeries } from './query';
import { dropOldPartitions } from './retention';
import { rollUp } from './roll-up';
import { windowMean } from './window-mean';
import { writeSamples } from './write';

let store: Store;
let stop: () => Promise<void>;
let n = 0;
let stack = '';
let target = 0;

beforeAll(async () => {
  ({ store, stop } = await startTestStore());
});
afterAll(() => stop());
beforeEach(async () => {
  n += 1;
  stack = `stack${n}`;
  const made = await store.db.stack.create({
    data: {
      name: stack,
      targets: { create: { kind: 'redis', name: 'cache', address: 'x', sealedConnection: 'x' } },
    },
    include: { targets: true },
  });
  target = made.targets[0]!.id;
  await store.pool.query('TRUNCATE series.watermark');
});

const midnight = Math.floor(Date.now() / day) * day;
const count = async (table: string) =>
  (await store.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM series.${table}`)).rows[0]!.n;

/** `count` samples 5 s apart; the value is a wave, so that means, minima and maxima all differ. */
function wave(from: number, samples: number) {
  return Array.from({ length: samples }, (_, i) => ({
    metric: 'redis.memory' as const,
    at: new Date(from + i * 5_000),
    value: 100 + 50 * Math.sin(i / 7) + (i % 11),
  }));
}

describe('partitions', () => {
  it('are made once, by however many at once, and on demand for a day nobody foresaw', async () => {
    const at = [new Date(midnight + 3 * day)];
    const made = await Promise.all(Array.from({ length: 6 }, () => ensurePartitions(store, at)));
    expect(made.flat().filter((name) => name.startsWith('sample_'))).toHaveLength(1);
    expect(await ensurePartitions(store, at)).toEqual([]);
    const far = midnight + 9 * day;
    await writeSamples(store, target, [{ metric: 'redis.keys', at: new Date(far), value: 1 }]);
    const names = (await listPartitions(store.pool)).map((p) => p.name);
    expect(names).toContain(`sample_${new Date(far).toISOString().replace(/\D/g, '').slice(0, 10)}`);
  });
});

describe('writeSamples', () => {
  it('keeps the first of two samples of one moment and refuses what is no number', async () => {
    const at = new Date(midnight);
    await writeSamples(store, target, [{ metric: 'redis.keys', at, value: 1 }]);
    await writeSamples(store, target, [{ metric: 'redis.keys', at, value: 2 }]);
    const [series] = await querySeries(store, {
      stack,
      metric: 'redis.keys',
      from: at,
      to: new Date(midnight + minute),
      points: 300,
    });
    expect(series!.points[0]).toEqual({ t: midnight, v: 1 });
    await expect(
      writeSamples(store, target, [{ metric: 'redis.keys', at, value: Number.NaN }]),
    ).rejects.toThrow(/NaN/);
  });
});

describe('querySeries', () => {
  it('shows a silence as a gap and a series with nothing in the range not at all', async () => {
    const from = midnight - 2 * hour;
    await writeSamples(store, target, [...wave(from, 120), ...wave(from + 20 * minute, 120)]);
    const at = (a: number, b: number) =>
      querySeries(store, { stack, metric: 'redis.memory', from: new Date(a), to: new Date(b), points: 400 });
    const [series] = await at(from, from + 30 * minute - 1);
    expect(series).toMatchObject({ target: 'cache', label: '', unit: 'bytes', step: 5 });
    const nulls = series!.points.filter((p) => p.v === null).map((p) => (p.t - from) / 5_000);
    expect([nulls[0], nulls.at(-1)]).toEqual([121, 239]);
    expect(series!.points.filter((p) => p.v === 0)).toEqual([]);
    expect(await at(from + 11 * minute, from + 19 * minute)).toEqual([]);
  });

  it('gives the same means from roll-ups as from the samples, with the newest part from the samples', async () => {
    const from = midnight - 6 * hour;
    const samples = wave(from, 5 * 720);
    await writeSamples(store, target, samples);
    const read = (points: number) =>
      querySeries(store, {
        stack,
        metric: 'redis.memory',
        from: new Date(from),
        to: new Date(from + 5 * hour - 1),
        points,
      });
    const before = await Promise.all([read(300), read(5)]);
    await rollUp(store, new Date(from + 4 * hour + 30 * minute + 30_000));
    expect(await count('rollup_1m')).toBeGreaterThanOrEqual(270);
    const after = await Promise.all([read(300), read(5)]);
    for (const [i, [series]] of after.entries()) {
      expect(series!.points).toHaveLength(i === 0 ? 300 : 5);
      series!.points.forEach((p, k) => {
        expect(p.v).toBeCloseTo(before[i]![0]!.points[k]!.v!, 9);
      });
    }
    const hourly = after[1]![0]!.points[0]!.v!;
    expect(hourly).toBeCloseTo(samples.slice(0, 720).reduce((a, s) => a + s.value, 0) / 720, 9);
    const [mean] = await windowMean(store, stack, 'redis.memory', new Date(from), new Date(from + 5 * hour));
    expect(mean).toMatchObject({ target: 'cache', label: '', samples: 3600 });
    expect(mean!.mean).toBeCloseTo(samples.reduce((a, s) => a + s.value, 0) / 3600, 9);
  });

  it('keeps least and largest sample of a step, from samples and from roll-ups alike', async () => {
    const from = midnight - 6 * hour;
    const values = [1, 9, 2, 2];
    await writeSamples(store, target, [
      ...values.map((value, i) => ({ metric: 'redis.keys' as const, at: new Date(from + i * 5_000), value })),
      { metric: 'redis.keys' as const, at: new Date(from + minute), value: 7 },
    ]);
    const read = async () => {
      const to = new Date(from + 10 * minute - 1);
      const query = { stack, metric: 'redis.keys' as const, from: new Date(from), to, points: 10 };
      return (await querySeries(store, query))[0]!.points.slice(0, 2);
    };
    const expected = [
      { t: from, v: 3.5, lo: 1, hi: 9 },
      { t: from + minute, v: 7 },
    ];
    expect(await read()).toEqual(expected);
    await rollUp(store, new Date(from + hour));
    expect(await read()).toEqual(expected);
  });

  it('reads 100,000 samples of one series', async () => {
    const from = midnight - 40 * hour;
    const samples = Array.from({ length: 100_000 }, (_, i) => ({
      metric: 'redis.clients' as const,
      at: new Date(from + i * 1_000),
      value: i,
    }));
    await writeSamples(store, target, samples);
    const started = performance.now();
    const [series] = await querySeries(store, {
      stack,
      metric: 'redis.clients',
      from: new Date(from),
      to: new Date(from + 100_000_000),
      points: 2000,
    });
    console.log(`100,000 samples read in ${(performance.now() - started).toFixed(0)} ms`);
    expect(series!.step).toBe(60);
    expect(series!.points[1]!.v! - series!.points[0]!.v!).toBe(60);
  });
});

describe('rollUp', () => {
  it('holds count, sum, min, max and last, and doing it again changes nothing', async () => {
    const from = midnight - 3 * hour;
    await writeSamples(store, target, wave(from, 1440));
    const rows = async () =>
      (
        await store.pool.query(
          `SELECT m.* FROM series.rollup_1m m JOIN series.series s ON s.id = series_id WHERE target_id = $1
         UNION ALL SELECT h.* FROM series.rollup_1h h JOIN series.series s ON s.id = series_id WHERE target_id = $1 ORDER BY bucket, count`,
          [target],
        )
      ).rows;
    await rollUp(store, new Date(from + hour));
    await Promise.all([rollUp(store, new Date(from + 3 * hour)), rollUp(store, new Date(from + 3 * hour))]);
    const once = await rows();
    await rollUp(store, new Date(from + 3 * hour + minute));
    expect(await rows()).toEqual(once);
    expect(once).toHaveLength(122);
    const first = wave(from, 12).map((s) => s.value);
    expect(once[0]).toMatchObject({
      count: 12,
      min: Math.min(...first),
      max: Math.max(...first),
      last: first[11],
    });
    const whole = wave(from, 720).map((s) => s.value);
    const hourRow = once.find((r) => r.count === 720);
    expect(hourRow).toMatchObject({ min: Math.min(...whole), max: Math.max(...whole), last: whole[719] });
    expect(hourRow.sum).toBeCloseTo(
      whole.reduce((a, b) => a + b),
      6,
    );
  });

  it('takes in what was written a little late', async () => {
    const from = midnight - 3 * hour;
    await writeSamples(store, target, wave(from, 12));
    await rollUp(store, new Date(from + 90_000));
    await writeSamples(store, target, [{ metric: 'redis.memory', at: new Date(from + 59_000), value: 1000 }]);
    await rollUp(store, new Date(from + 150_000));
    const { rows } = await store.pool.query(
      'SELECT m.count, m.max FROM series.rollup_1m m JOIN series.series s ON s.id = series_id WHERE target_id = $1',
      [target],
    );
    expect(rows).toEqual([{ count: 13, max: 1000 }]);
  });
});

describe('packSamples', () => {
  const hourOf = (at: number) => `sample_${new Date(at).toISOString().replace(/\D/g, '').slice(0, 10)}`;

  it('changes nothing of what is read, gaps and slow series included', async () => {
    const from = midnight - 4 * hour;
    await writeSamples(store, target, [
      // Jitter of a real schedule; ten minutes of silence in the second hour; across the border of two hours.
      ...wave(from, 1440)
        .filter((_, i) => i < 900 || i >= 1020)
        .map((s, i) => ({ ...s, at: new Date(s.at.getTime() + (i % 7)) })),
      ...Array.from({ length: 60 }, (_, i) => ({
        metric: 'pg.table_size' as const,
        label: 'a.b',
        at: new Date(from + i * minute),
        value: i,
      })),
    ]);
    const read = () =>
      Promise.all(
        (['redis.memory', 'pg.table_size'] as const).map((metric) =>
          querySeries(store, {
            ...{ stack, metric, points: 2000 },
            ...{ from: new Date(from + 7_000), to: new Date(from + 2 * hour - 9_000) },
          }),
        ),
      );
    const before = await read();
    expect(before[0]![0]!.points.filter((p) => p.v === null).length).toBeGreaterThan(100);
    // Not rolled up, or only just over: left alone.
    expect(await packSamples(store, new Date(midnight))).not.toContain(hourOf(from));
    await rollUp(store, new Date(midnight));
    expect(await packSamples(store, new Date(from + hour + minute))).not.toContain(hourOf(from));
    const done = await Promise.all([packSamples(store), packSamples(store)]);
    expect(done.flat().filter((name) => name === hourOf(from))).toHaveLength(1);
    expect((await listPartitions(store.pool)).map((p) => p.name)).not.toContain(hourOf(from));
    expect(await read()).toEqual(before);

    // One that comes after all stands beside the packed ones, and is packed in its turn.
    await writeSamples(store, target, [
      { metric: 'redis.memory', at: new Date(from + 80 * minute), value: 12_345 },
    ]);
    const late = async () =>
      (await read())[0]![0]!.points.filter((p) => p.v === 12_345).map((p) => p.t - from);
    // It holds for the next step too, as any value does until the silence is long.
    expect(await late()).toEqual([80 * minute, 80 * minute + 5_000]);
    expect(await packSamples(store)).toContain(hourOf(from + hour));
    expect(await late()).toEqual([80 * minute, 80 * minute + 5_000]);
  });

  it('takes at most 12 bytes a sample with its indexes, for values that do not compress', async () => {
    const from = midnight - 30 * day;
    for (let series = 0; series < 100; series++) {
      const samples = Array.from({ length: 720 }, (_, i) => ({
        metric: 'docker.cpu' as const,
        label: `c${series}`,
        at: new Date(from + i * 5_000 + (i % 5)),
        value: Math.random(),
      }));
      await writeSamples(store, target, samples);
    }
    const bytes = async (table: string) =>
      (await store.pool.query(`SELECT pg_total_relation_size('series.${table}')::int AS n`)).rows[0].n /
      72_000;
    const plain = await bytes(hourOf(from));
    await rollUp(store, new Date(midnight));
    await packSamples(store);
    const name = `packed_${new Date(from).toISOString().replace(/\D/g, '').slice(0, 8)}`;
    const packed = await bytes(name);
    console.log(`bytes a sample: ${plain.toFixed(1)} as rows, ${packed.toFixed(1)} packed`);
    expect(packed).toBeLessThanOrEqual(12);
  });

  it('takes in a partition of a day, as older versions made them', async () => {
    const from = midnight - 20 * day;
    const name = `sample_${new Date(from).toISOString().replace(/\D/g, '').slice(0, 8)}`;
    await store.pool.query(`CREATE TABLE series.${name} PARTITION OF series.sample
      FOR VALUES FROM ('${new Date(from).toISOString()}') TO ('${new Date(from + day).toISOString()}')`);
    expect(await ensurePartitions(store, [new Date(from + 5 * hour)], [raw])).toEqual([]);
    await writeSamples(store, target, wave(from + 5 * hour, 1440));
    await rollUp(store, new Date(midnight));
    expect(await packSamples(store)).toContain(name);
    const { rows } = await store.pool.query(
      `SELECT count(*)::int AS rows, sum(cardinality(values))::int AS samples FROM series.packed
       WHERE begins >= $1 AND begins < $2`,
      [new Date(from), new Date(from + day)],
    );
    expect(rows).toEqual([{ rows: 2, samples: 1440 }]);
  });
});

describe('retention', () => {
  it('drops partitions past their time, but none that is not rolled up', async () => {
    const old = midnight - 5 * day;
    await writeSamples(store, target, wave(old, 100));
    const name = `sample_${new Date(old).toISOString().replace(/\D/g, '').slice(0, 10)}`;
    expect(await dropOldPartitions(store, new Date(midnight))).not.toContain(name);
    await rollUp(store, new Date(midnight));
    expect(await dropOldPartitions(store, new Date(midnight))).toContain(name);
    const read = await querySeries(store, {
      stack,
      metric: 'redis.memory',
      from: new Date(old),
      to: new Date(old + hour - 1),
      points: 60,
    });
    expect(read[0]!.points[0]!.v).toBeCloseTo(wave(old, 12).reduce((a, s) => a + s.value, 0) / 12, 9);
    expect((await dropOldPartitions(store, new Date(midnight))).length).toBe(0);
  });
});

describe('latest', () => {
  it('gives the newest sample of each series and leaves out what is no longer measured', async () => {
    const now = Date.now();
    await writeSamples(store, target, [
      { metric: 'docker.cpu', label: 'a', at: new Date(now - 10_000), value: 1 },
      { metric: 'docker.cpu', label: 'a', at: new Date(now - 5_000), value: 2 },
      { metric: 'docker.cpu', label: 'b', at: new Date(now - 600_000), value: 3 },
      { metric: 'redis.keys', at: new Date(now - 1_000), value: 4 },
    ]);
    expect(await latest(store, stack, ['docker.cpu'])).toEqual([
      { target: 'cache', metric: 'docker.cpu', label: 'a', t: now - 5_000, v: 2 },
    ]);
  });
});

it('series go with their target', async () => {
  await writeSamples(store, target, wave(midnight - 3 * hour, 1520));
  await rollUp(store, new Date(midnight));
  await packSamples(store, new Date(midnight - hour + 20 * minute));
  const mine = async () =>
    (
      await store.pool.query(
        `SELECT (SELECT count(*) FROM series.sample JOIN ids ON id = series_id)::int AS samples,
         (SELECT count(*) FROM series.packed JOIN ids ON id = series_id)::int AS packed,
         (SELECT count(*) FROM series.rollup_1m JOIN ids ON id = series_id)::int AS minutes
       FROM (SELECT 1) x`.replace('SELECT', 'WITH ids AS (SELECT unnest($1::int[]) AS id) SELECT'),
        [ids],
      )
    ).rows[0];
  const ids = (
    await store.pool.query('SELECT id FROM series.series WHERE target_id = $1', [target])
  ).rows.map((r) => r.id);
  expect(await mine()).toEqual({ samples: 80, packed: 2, minutes: 127 });
  await removeTarget(store, { userId: null, name: 'test', role: 'admin', via: 'cli' }, target);
  expect(await mine()).toEqual({ samples: 0, packed: 0, minutes: 0 });
  expect(await store.db.auditEntry.count({ where: { action: 'target.remove' } })).toBe(1);
});
