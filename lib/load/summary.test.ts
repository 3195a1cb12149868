import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoadPlan, LoadProfile, SECRET } from '../contracts/load';
import { newHistogram, recordMs } from '../stats/histogram';
import { histogramBuckets } from '../stats/histogram-buckets';
import { quantile } from '../stats/quantile';
import { correct } from './omission';
import { profileOf } from './profiles';
import { withoutSecrets, workloadHash } from './secrets';
import { summaryOf } from './summary';
import { makeRecord } from './testing/record';

describe('summaryOf', () => {
  it('gives quantiles to the precision of the histogram, however requests fall into seconds and endpoints', () => {
    const second = fc.record({
      a: fc.array(fc.integer({ min: 1, max: 60_000 })),
      b: fc.array(fc.integer({ min: 1, max: 60_000 })),
    });
    fc.assert(
      fc.property(fc.array(second, { minLength: 1, maxLength: 5 }), (list) => {
        const record = makeRecord(list.map(({ a, b }) => ({ latencies: { a, b } })));
        const { total, endpoints } = summaryOf(record);
        const all = list.flatMap(({ a, b }) => [...a, ...b]).sort((x, y) => x - y);
        expect(total.count).toBe(all.length);
        expect((endpoints.a?.count ?? 0) + (endpoints.b?.count ?? 0)).toBe(all.length);
        if (all.length === 0) {
          expect([total.p50, total.average, total.max, total.errorRate]).toEqual([null, null, null, null]);
          return;
        }
        // Between two ranks far apart, a bucket of the upper one is what an interpolated value can be off.
        for (const [q, got] of [
          [0.5, total.p50],
          [0.9, total.p90],
          [0.95, total.p95],
          [0.99, total.p99],
        ] as const) {
          const upper = all[Math.ceil(q * (all.length - 1))] ?? 0;
          expect(Math.abs((got ?? 0) - quantile(all, q))).toBeLessThanOrEqual(0.002 + upper * 0.001);
        }
        const mean = all.reduce((x, y) => x + y, 0) / all.length;
        expect(Math.abs((total.average ?? 0) - mean)).toBeLessThanOrEqual(0.001 + mean * 0.001);
      }),
      { numRuns: 40 },
    );
  });

  it('counts throughput over the time under load, not over the wait for the last response', () => {
    const record = makeRecord([
      { latencies: { a: [10, 10] } },
      { latencies: { a: [10, 10] }, errors: { a: { timeout: 1 } } },
      { latencies: {}, level: 0 },
      { latencies: { a: [30_000] }, level: 0 },
    ]);
    const last = record.seconds[3];
    if (last) last.offered = 0;
    const { total, durationMs } = summaryOf(record);
    expect(durationMs).toBe(2_000);
    expect(total).toMatchObject({
      count: 5,
      rps: 2.5,
      errors: 1,
      errorRate: 0.2,
      errorKinds: { timeout: 1 },
    });
  });

  it('judges thresholds on the whole run, and not what was not measured', () => {
    const record = makeRecord([{ latencies: { a: [10, 20, 30] } }]);
    const hold = { holdMs: 1_000, stop: false };
    const thresholds = [
      { metric: 'p95' as const, limit: 25, ...hold },
      { metric: 'throughput' as const, limit: 3, ...hold },
      { metric: 'p50' as const, limit: 5, endpoint: 'none', ...hold },
    ];
    if (record.plan) record.plan.profile.thresholds = thresholds;
    expect(summaryOf(record).thresholds.map((t) => t.passed)).toEqual([false, true, null]);
  });
});

it('corrects for what users left out while they waited', () => {
  const histogram = newHistogram();
  for (let i = 0; i < 50; i++) recordMs(histogram, 10);
  recordMs(histogram, 15);
  recordMs(histogram, 105);
  const corrected = correct(histogram, 10, 50);
  // 95, 85 … 15 for the stall; nothing for what is merely slower than the interval.
  expect(corrected.totalCount).toBe(52 + 9);
  expect(histogramBuckets(corrected).filter((b) => b.low >= 20_000)).toHaveLength(9);
});

it('keeps secrets out of a plan, and finds the same workload again whatever they are', () => {
  const plan = (key: string, level: number): LoadPlan => ({
    profile: profileOf('rate', { rate: level }),
    seed: level,
    target: { name: 'svc', baseUrl: `http://me:${key}@127.0.0.1:1/` },
    probes: [
      { name: 'b', method: 'GET', path: '/b', headers: { Cookie: key, accept: 'x' }, weight: 1, rows: [] },
      { name: 'a', method: 'GET', path: '/a', headers: {}, weight: 2, rows: [] },
    ],
  });
  const shown = withoutSecrets(plan('sesame', 1));
  expect(JSON.stringify(shown)).not.toContain('sesame');
  expect(shown.probes[0]?.headers).toEqual({ Cookie: SECRET, accept: 'x' });
  const hash = workloadHash(plan('one', 1));
  expect(workloadHash({ probes: plan('two', 9).probes.toReversed() })).toBe(hash);
  expect(workloadHash({ probes: plan('two', 9).probes.slice(1) })).not.toBe(hash);
});

it('has the classic four, scaled when asked', () => {
  expect(profileOf('ramp')).toMatchObject({ model: 'closed', stages: [{ durationMs: 30_000, level: 50 }] });
  expect(profileOf('spike').stages).toEqual([
    { durationMs: 0, level: 100 },
    { durationMs: 10_000, level: 100 },
  ]);
  expect(profileOf('stress').stress).toMatchObject({ step: 25, maxLevel: 3_000, until: { errors: 0.01 } });
  expect(profileOf('endurance').stages.at(-1)).toEqual({ durationMs: 300_000, level: 20 });
  expect(profileOf('spike', { rate: 7, seconds: 3 })).toMatchObject({
    model: 'open',
    stages: [{ level: 7 }, { durationMs: 3_000 }],
  });
  expect(LoadProfile.parse(profileOf('replay')).stages).toEqual([]);
});
