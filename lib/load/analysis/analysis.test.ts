import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadAnalysis } from '../../contracts/load-analysis';
import { encodeHistogram, newHistogram, recordMs } from '../../stats/histogram';
import { seededRandom } from '../../stats/random';
import { madeProfile, makeRecord } from '../testing/record';
import { analyseLoad } from './analyse';
import { compareLoads, notComparable } from './compare';
import { throughputCurve } from './curve';
import { exhaustedOf } from './exhausted';
import { gradeOf } from './grade';
import { countWithin, decodeSeconds, quantileMs, tally } from './merged';

const grade = (record: Parameters<typeof gradeOf>[0]) => gradeOf(record, decodeSeconds(record));
const times = (n: number, ms: number) => new Array<number>(n).fill(ms);
const one = (list: number[], over = {}) => makeRecord([{ latencies: { a: list }, ...over }]);

describe('the grade of a load test', () => {
  it.each([
    [1_000, 0, 'A+'],
    [999, 1, 'A+'],
    [995, 5, 'A'],
    [975, 25, 'B'],
    [940, 60, 'C'],
    [870, 130, 'D'],
    [800, 200, 'F'],
  ])('%i within the objective and %i beyond it is %s', (fast, slow, letter) => {
    const got = grade(one([...times(fast, 50), ...times(slow, 900)]));
    expect(got.letter).toBe(letter);
    expect(got.attainment).toBeCloseTo(fast / (fast + slow), 6);
  });

  it.each([
    [0, 'A+'],
    [1, 'A'],
    [4, 'B'],
    [9, 'C'],
    [40, 'D'],
    [80, 'F'],
  ])('%i failed of 1,000 is at best %s', (n, letter) => {
    const got = grade(one(times(1_000, 50), { errors: { a: { 'status-5xx': n } } }));
    expect(got.byErrors).toBe(letter);
    expect(got.errorRate).toBe(n / 1_000);
    expect(got.attainment).toBeCloseTo(1 - n / 1_000, 6);
  });

  it('counts a timeout once, and what was dropped as missed', () => {
    const timeouts = grade(
      one([...times(980, 50), ...times(20, 30_000)], { errors: { a: { timeout: 20 } } }),
    );
    expect(timeouts.attainment).toBeCloseTo(0.98, 6);
    expect(grade(one(times(900, 50), { dropped: 100 })).attainment).toBeCloseTo(0.9, 6);
  });

  it('takes the latencies corrected for coordinated omission where stalls were seen', () => {
    const histogram = newHistogram();
    for (let i = 0; i < 1_000; i++) recordMs(histogram, i < 900 ? 50 : 5_000);
    const record = one(times(1_000, 50));
    const corrected = grade({
      ...record,
      coordinatedOmission: {
        stalls: [[0, 1_000]],
        endpoints: { a: { intervalMs: 10, histogram: encodeHistogram(histogram) } },
      },
    });
    expect(corrected).toMatchObject({ corrected: true, letter: 'D' });
    expect(grade(record).letter).toBe('A+');
  });

  it('grades a stress test on its planned stages only', () => {
    const plan = makeRecord([]).plan!;
    const stress = { step: 1, stepMs: 1_000, maxLevel: 9, until: { errors: 0.01, growth: 0.1 } };
    const record = makeRecord([{ latencies: { a: times(500, 50) } }, { latencies: { a: times(500, 900) } }], {
      plan: {
        ...plan,
        profile: { ...madeProfile, kind: 'stress', stages: [{ durationMs: 1_000, level: 1 }], stress },
      },
    });
    expect(grade(record)).toMatchObject({ letter: 'A+', requests: 500, part: 'its planned stages' });
  });

  it('gives none where none can be given, and says why', () => {
    expect(grade(one(times(99, 1)))).toMatchObject({
      letter: null,
      why: expect.stringMatching(/fewer than 100/),
    });
    const limited = { ...one(times(999, 1)), generatorLimited: { from: 0, why: 'CPU' } };
    expect(grade(limited)).toMatchObject({ letter: null, why: expect.stringMatching(/generator/) });
  });
});

describe('what is merged from seconds', () => {
  it('is what was recorded: counts, quantiles, and how many lie within a bound', () => {
    const list = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(list, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 60_000 }),
        (lists, bound) => {
          const record = makeRecord(lists.map((l, i) => ({ latencies: { [i % 2 ? 'a' : 'b']: l } })));
          const seconds = decodeSeconds(record);
          const all = lists.flat();
          const sum = tally(seconds);
          expect(sum.count).toBe(all.length);
          expect(tally(seconds, 'a').count + tally(seconds, 'b').count).toBe(all.length);
          const within = countWithin(sum.buckets, bound);
          expect(within).toBeGreaterThanOrEqual(
            all.filter((ms) => ms <= bound * 0.998 - 0.001).length - 1e-6,
          );
          expect(within).toBeLessThanOrEqual(all.filter((ms) => ms <= bound * 1.002 + 0.001).length + 1e-6);
          const most = quantileMs(sum, 1);
          if (all.length === 0) expect(most).toBeNull();
          else
            expect(Math.abs((most ?? 0) - Math.max(...all))).toBeLessThanOrEqual(
              Math.max(...all) * 0.001 + 0.002,
            );
          const { heat, bars } = analyseLoad(record);
          expect((heat?.counts ?? []).flat().reduce((a, b) => a + b, 0)).toBe(all.length);
          for (const { endpoint, bars: b } of bars) {
            expect(b.counts.reduce((x, y) => x + y, 0)).toBe(tally(seconds, endpoint).count);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is as its contract says, also for an empty run', () => {
    expect(LoadAnalysis.parse(analyseLoad(makeRecord([]))).heat).toBeNull();
    expect(LoadAnalysis.parse(analyseLoad(one([1, 2, 3]))).bars.map((b) => b.endpoint)).toEqual(['', 'a']);
  });
});

describe('throughput against latency', () => {
  /** A server of capacity 100/s as an M/M/1 queue: mean 10 ms ÷ (1 − load), until it is full. */
  const ramp = (most: number) =>
    makeRecord(
      Array.from({ length: 48 }, (_, i) => {
        const level = (most * (i + 1)) / 48;
        const rate = Math.min(level, 98);
        return {
          level,
          latencies: {
            a: times(Math.round(rate), level < 98 ? 10 / (1 - level / 100) : 500 + 40 * (level - 98)),
          },
        };
      }),
    );

  it('finds the knee of an M/M/1 queue at half of its capacity', () => {
    const record = ramp(150);
    const curve = throughputCurve(record, decodeSeconds(record));
    const knee = curve.points[curve.knee ?? -1];
    expect(knee?.level).toBeGreaterThan(40);
    expect(knee?.level).toBeLessThan(60);
  });

  it('says so when the load hardly varied or did not reach it', () => {
    const flat = makeRecord(
      Array.from({ length: 20 }, () => ({ level: 10, latencies: { a: times(10, 5) } })),
    );
    expect(throughputCurve(flat, decodeSeconds(flat))).toMatchObject({
      knee: null,
      why: expect.stringMatching(/hardly varied/),
    });
    const easy = makeRecord(
      Array.from({ length: 24 }, (_, i) => ({ level: i + 1, latencies: { a: times(i + 1, 5) } })),
    );
    expect(throughputCurve(easy, decodeSeconds(easy))).toMatchObject({
      knee: null,
      why: expect.stringMatching(/Not reached/),
    });
  });
});

describe('what gave out first', () => {
  it('is in order of time, from what was recorded only', () => {
    const seconds = Array.from({ length: 20 }, (_, i) => ({
      latencies: { a: times(100, i < 12 ? 50 : 400) },
      ...(i >= 15 ? { errors: { a: { 'status-5xx': 30 } } } : {}),
    }));
    const point = (metric: string, points: [number, number][], label = '') => ({
      target: 'db',
      metric,
      label,
      unit: '',
      points,
    });
    const record = makeRecord(seconds, {
      resources: [
        point('pg.connections', [
          [5, 20],
          [10, 96],
        ]),
        point('pg.connections_max', [[5, 100]]),
        point('redis.memory', [[5, 99]]),
        point(
          'docker.throttled',
          [
            [5, 0.1],
            [13, 0.4],
          ],
          'web',
        ),
        point('docker.throttled', [[5, 0.25]], 'idle'),
      ],
    });
    expect(exhaustedOf(record, decodeSeconds(record)).map((e) => [e.at, e.what])).toEqual([
      [10, 'connections'],
      [12, 'latency'],
      [13, 'cpu-limit'],
      [15, 'errors'],
    ]);
  });

  it('takes one bad second for no saturation', () => {
    const record = makeRecord(
      Array.from({ length: 9 }, (_, i) => ({ latencies: { a: times(10, i === 4 ? 900 : 5) } })),
    );
    expect(exhaustedOf(record, decodeSeconds(record))).toEqual([]);
  });
});

describe('comparing runs', () => {
  /** 60 s at `factor` times 20 ms with noise; a ramp in the middle that both runs share. */
  const run = (seed: number, factor = 1) => {
    const random = seededRandom(seed);
    return makeRecord(
      Array.from({ length: 60 }, (_, i) => ({
        latencies: {
          a: Array.from({ length: 60 }, () => (20 + i) * factor * Math.exp(0.3 * random.normal())),
        },
      })),
    );
  };
  const compared = (a = run(1), b = run(2)) =>
    compareLoads({ id: 1, title: 'a', record: a }, { id: 2, title: 'b', record: b });
  const p50 = (c: ReturnType<typeof compared>) =>
    c.figures.find((f) => f.endpoint === '' && f.metric === 'p50');

  it('covers the true ratio, and no difference where there is none', () => {
    let same = 0;
    for (let i = 0; i < 40; i++) {
      const figure = p50(compared(run(2 * i), run(2 * i + 1)));
      if ((figure?.low ?? 9) <= 1 && (figure?.high ?? 0) >= 1) same++;
    }
    expect(same).toBeGreaterThanOrEqual(34);
    const slower = p50(compared(run(1), run(2, 1.3)));
    expect(slower?.low).toBeGreaterThan(1.15);
    expect(slower?.high).toBeLessThan(1.45);
    expect(slower?.blocks).toBe(12);
  });

  it('gives the same interval for the same records', () => {
    expect(compared()).toEqual(compared());
  });

  it.each([
    [{ workloadHash: 'other' }, /another workload/],
    [{ workloadHash: null }, /not known whether both sent the same workload/],
    [
      { generatorLimited: { from: 3, why: 'CPU 100%' } },
      /generator, not the target, was the limit \(CPU 100%\)/,
    ],
    [
      { machine: { cores: 8, cpuModel: 'cpu', memoryBytes: 1, os: 'l', node: 'v' } },
      /another machine: 2 × cpu and 8 × cpu/,
    ],
    [{ plan: { ...makeRecord([]).plan!, profile: { ...madeProfile, startLevel: 99 } } }, /another profile/],
  ])('says why two are not comparable, and gives no interval (%#)', (over, why) => {
    const c = compared(run(1), { ...run(2), ...over });
    expect(c.notComparable.join('; ')).toMatch(why);
    expect(c.figures.every((f) => f.ratio === null)).toBe(true);
    expect(p50(c)?.other).not.toBeNull();
  });

  it('limits and thresholds do not make two profiles different', () => {
    const plan = makeRecord([]).plan!;
    const thresholds = [{ metric: 'p95' as const, limit: 1, holdMs: 10_000, stop: true }];
    expect(
      notComparable(run(1), { ...run(2), plan: { ...plan, profile: { ...madeProfile, thresholds } } }),
    ).toEqual([]);
  });
});
