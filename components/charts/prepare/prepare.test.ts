import { describe, expect, it } from 'vitest';
import type { SeriesData } from '@/lib/contracts/metrics';
import type { ForestRow, SegmentFigures } from '@/lib/contracts/trial';
import { prepareDistribution, shareTicks, stretch, unstretch } from './distribution';
import { prepareForest } from './forest';
import { intervalDomain, outcomeColor, placeInterval } from './interval';
import { marksWithin, placeMarks } from './marks';
import { prepareRounds } from './rounds';
import { prepareSeries } from './series';
import { sparkPath } from './spark';
import { linearTicks, logDomain, logTicks, timeTicks } from './ticks';
import { axisUnit } from './unit';

const series = (values: (number | null)[], o: Partial<SeriesData> = {}): SeriesData => ({
  target: 'db',
  metric: 'http.p95',
  label: '',
  unit: 'ms',
  step: 5,
  points: values.map((v, i) => ({ t: i * 5000, v })),
  ...o,
});

describe('ticks', () => {
  it('marks round values up to just above the largest', () => {
    expect(linearTicks(41)).toEqual([0, 20, 40, 60]);
    expect(linearTicks(1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linearTicks(0)).toEqual([0, 1]);
  });
  it('marks a logarithmic axis by 1-2-5 or by decades, never more than asked', () => {
    expect(logTicks(0.05, 1.5, 6)).toEqual([0.05, 0.1, 0.2, 0.5, 1]);
    expect(logTicks(1, 1000, 5)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(1e-6, 1e6, 6).length).toBeLessThanOrEqual(7);
    expect(logTicks(0.94, 1.06, 6).length).toBeGreaterThanOrEqual(2);
    for (const t of logTicks(0.94, 1.06, 6)) expect(t >= 0.94 && t <= 1.0601).toBe(true);
    expect(logTicks(0, 10)).toEqual([]);
  });
  it('gives room to a single value and ignores what has no logarithm', () => {
    expect(logDomain([10, 0, -1])).toEqual([10 / 1.5, 15]);
    expect(logDomain([0])).toBeNull();
  });
  it('marks round clock times of the reader', () => {
    const { ticks, step } = timeTicks(3_601_000, 7_199_000, 7);
    expect(step).toBe(600_000);
    expect(ticks[0]).toBe(4_200_000);
    expect(timeTicks(0, 86_400_000 * 3, 3, 3_600_000).ticks[0]).toBe(86_400_000 - 3_600_000);
  });
});

it('chooses one unit for a whole axis', () => {
  expect(axisUnit('bytes', 410e6)).toMatchObject({ by: 1e6, name: 'MB' });
  expect(axisUnit('ms', 0.4)).toMatchObject({ name: 'µs' });
  expect(axisUnit('ratio', 1).write(0.961)).toBe('96.1');
  expect(axisUnit('/s', 3).name).toBe('/s');
});

describe('prepareSeries', () => {
  it('keeps a gap a gap, given or missing', () => {
    const given = prepareSeries([{ data: series([1, null, 3]), label: 'a' }]);
    expect(given.rows.map((r) => r.s0)).toEqual([1, null, 3]);
    const data = series([]);
    data.points = [
      { t: 0, v: 1 },
      { t: 30_000, v: 2 },
    ];
    const missing = prepareSeries([{ data, label: 'a' }]);
    expect(missing.rows).toEqual([
      { t: 0, s0: 1 },
      { t: 5000, s0: null },
      { t: 30_000, s0: 2 },
    ]);
  });
  it('draws a coarse series through the rows of a fine one, without inventing ends', () => {
    const coarse = series([], { step: 20 });
    coarse.points = [
      { t: 0, v: 0 },
      { t: 20_000, v: 40 },
    ];
    const p = prepareSeries(
      [
        { data: series([1, 1, 1, 1, 1, 1]), label: 'fine' },
        { data: coarse, label: 'coarse' },
      ],
      { keepOrder: true },
    );
    expect(p.rows.map((r) => r.s1)).toEqual([0, 10, 20, 30, 40, null]);
  });
  it('shows the largest and says how many it left out', () => {
    const p = prepareSeries(
      [1, 9, 5].map((v) => ({ data: series([v]), label: `x${v}` })),
      { most: 2 },
    );
    expect(p.lines.map((l) => l.label)).toEqual(['x9', 'x5']);
    expect(p.dropped).toBe(1);
    expect(p.lines[0]).toMatchObject({ last: 9, min: 9, max: 9, mean: 9 });
  });
  it('knows when nothing was measured', () => {
    expect(prepareSeries([{ data: series([null, null]), label: 'a' }]).empty).toBe(true);
    expect(prepareSeries([]).empty).toBe(true);
  });
});

describe('sparkPath', () => {
  it('breaks at gaps and keeps a lone point as a dot', () => {
    const s = sparkPath(
      [0, 1, null, 5, null, 2, 3].map((v, t) => ({ t, v })),
      60,
      20,
    );
    expect(s?.d.match(/M/g)).toHaveLength(2);
    expect(s?.dots).toHaveLength(1);
    expect(sparkPath([{ t: 0, v: null }], 60, 20)).toBeNull();
  });
});

describe('intervals', () => {
  it('places a ratio on a logarithmic axis and marks what is cut', () => {
    const mark = placeInterval({ ratio: 1, low: 0.001, high: 10 }, [0.1, 10]);
    expect(mark).toMatchObject({ middle: 0.5, one: 0.5, low: 0, high: 1, cutLow: true, cutHigh: false });
    expect(placeInterval({ ratio: Number.NaN, low: 1, high: 1 }, [0.1, 10])).toBeNull();
  });
  it('always has no change in sight', () => {
    const [lo, hi] = intervalDomain([{ ratio: 0.05, low: 0.04, high: 0.06 }]);
    expect(lo).toBeLessThan(0.04);
    expect(hi).toBeGreaterThan(1);
  });
  it('colours by the verdict', () => {
    expect(outcomeColor('improved')).toContain('after');
    expect(outcomeColor('regressed')).toContain('bad');
    expect(outcomeColor('no-difference')).toBe(outcomeColor('inconclusive'));
  });
});

const forestRow = (id: number, o: Partial<ForestRow> = {}): ForestRow => ({
  changeId: id,
  trialId: id,
  title: `change ${id}`,
  at: new Date(id * 1000).toISOString(),
  outcome: 'improved',
  metric: 'p50',
  ratio: 0.1,
  low: 0.08,
  high: 0.12,
  decision: 'kept',
  ...o,
});

describe('prepareForest', () => {
  it('puts the newest first, marks no change and says what it left out', () => {
    const f = prepareForest([forestRow(1), forestRow(3), forestRow(2)], 2);
    expect(f.rows.map((r) => r.trialId)).toEqual([3, 2]);
    expect(f.dropped).toBe(1);
    expect(f.ticks).toContain(1);
    expect(f.rows[0]?.said).toBe('0.10×, 95% interval 0.080× to 0.12×');
  });
  it('turns throughput round, so that left is better in every row', () => {
    const [row] = prepareForest([forestRow(1, { metric: 'throughput', ratio: 4, low: 2, high: 5 })]).rows;
    expect(row).toMatchObject({ x: 0.25, xLow: 0.2, xHigh: 0.5, ratio: 4 });
  });
});

describe('prepareDistribution', () => {
  it('keeps p95 and p99 apart on the share axis', () => {
    const y = (label: string) => shareTicks.find((t) => t.label === label)?.y ?? 0;
    expect((y('p99') - y('p95')) / y('p99.9')).toBeGreaterThan(0.2);
    expect((y('p95') - y('p90')) / y('p99.9')).toBeGreaterThan(0.09);
    expect(unstretch(stretch(0.95))).toBeCloseTo(0.95);
  });
  it('reads percentiles off the points and interpolates between them only', () => {
    const points = [
      { ms: 1, share: 0.1 },
      { ms: 10, share: 0.5 },
      { ms: 100, share: 0.95 },
      { ms: 200, share: 0.99 },
    ];
    const p = prepareDistribution(
      [
        { endpoint: 'GET /', arm: 'before', points },
        { endpoint: 'GET /', arm: 'after', points: points.map((q) => ({ ...q, ms: q.ms / 10 })) },
      ],
      'GET /',
    );
    expect(p?.percentiles).toEqual([
      { share: 0.5, label: 'p50', before: 10, after: 1 },
      { share: 0.95, label: 'p95', before: 100, after: 10 },
      { share: 0.99, label: 'p99', before: 200, after: 20 },
    ]);
    for (const row of p?.rows ?? []) if (row.ms < 1) expect(row.before).toBeNull();
    expect(prepareDistribution([], 'GET /')).toBeNull();
  });
});

describe('prepareRounds', () => {
  const segment = (
    order: number,
    arm: string,
    p50: number,
    o: Partial<SegmentFigures> = {},
  ): SegmentFigures => ({
    round: Math.floor(order / 4),
    order,
    arm,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 3000,
    void: null,
    endpoints: { e: { requests: 100, errors: 0, p50, p95: p50 * 2, p99: p50 * 3, throughput: 10 } },
    ...o,
  });
  it('keeps the order of time, the arms apart, and marks void rounds', () => {
    const p = prepareRounds(
      [
        ...['before', 'after', 'after', 'before'].map((arm, i) => segment(i, arm, arm === 'before' ? 60 : 5)),
        ...['after', 'before', 'before', 'after'].map((arm, i) => segment(4 + i, arm, 7, { void: 'late' })),
      ],
      'e',
      'p50',
    );
    expect(p?.before.map((q) => q.order)).toEqual([0, 3, 5, 6]);
    expect(p?.rounds).toMatchObject([
      { round: 0, middle: 1.5, void: null },
      { round: 1, middle: 5.5, void: 'late' },
    ]);
    expect(p?.domain[0]).toBeLessThan(5);
  });
  it('numbers only as many rounds as there is room for', () => {
    const p = prepareRounds(
      Array.from({ length: 160 }, (_, i) => segment(i, 'before', 10)),
      'e',
      'p50',
      10,
    );
    expect(p?.labelled.size).toBeLessThanOrEqual(10);
    expect(prepareRounds([segment(0, 'before', 0)], 'e', 'p50')).toBeNull();
  });
});

describe('placeMarks', () => {
  it('stands one sign for marks that would cover each other, and keeps every mark', () => {
    const groups = placeMarks(
      [
        { at: 520, label: 'index on users' },
        { at: 500, label: 'index on tasks' },
        { at: 800, label: 'index on sessions' },
        { at: 2000, label: 'later' },
      ],
      0,
      1000,
      400,
    );
    expect(groups.map((g) => g.marks.map((m) => m.label))).toEqual([
      ['index on tasks', 'index on users'],
      ['index on sessions'],
    ]);
    expect(groups[0]).toMatchObject({ x: 200, text: '2 events' });
  });
  it('gives words only where there is room, on the side where it is', () => {
    expect(placeMarks([{ at: 990, label: 'at the edge' }], 0, 1000, 400)[0]).toMatchObject({
      text: 'at the edge',
      leftward: true,
    });
    expect(placeMarks([{ at: 10, label: 'no room at all' }], 0, 1000, 30)[0]?.text).toBe('');
    const [a, b] = placeMarks(
      [
        { at: 450, label: 'the first of two long words' },
        { at: 550, label: 'the second of two long words' },
      ],
      0,
      1000,
      600,
    );
    expect([a?.leftward, b?.leftward]).toEqual([true, false]);
  });
  it('cuts what lasts at the ends of the window', () => {
    expect(marksWithin([{ at: -50, to: 3000, label: 'trial' }], 0, 1000)[0]).toMatchObject({
      at: 0,
      to: 1000,
    });
    expect(marksWithin([{ at: -50, to: -10, label: 'trial' }], 0, 1000)).toEqual([]);
  });
});

describe('bands', () => {
  const wide = series([5, 6], {});
  wide.points[1] = { t: 5000, v: 6, lo: 1, hi: 40 };
  it('hold least and largest sample, and the axis and the figures reach to them', () => {
    const p = prepareSeries([{ data: wide, label: 'a' }]);
    expect(p.rows.map((r) => r[p.lines[0]!.band!])).toEqual([
      [5, 5],
      [1, 40],
    ]);
    expect(p.lines[0]).toMatchObject({ min: 1, max: 40, last: 6, mean: 5.5 });
    expect(p.yTicks.at(-1)).toBeGreaterThanOrEqual(40);
  });
  it('are left out where they would lie over each other, and where no step has two samples', () => {
    const many = prepareSeries(Array.from({ length: 4 }, (_, i) => ({ data: wide, label: `${i}` })));
    expect(many.lines.map((l) => l.band)).toEqual([null, null, null, null]);
    expect(prepareSeries([{ data: series([1, 2]), label: 'a' }]).lines[0]?.band).toBeNull();
  });
});

describe('the period before', () => {
  const prepare = (before: SeriesData) =>
    prepareSeries([{ data: series([1, 2, 3]), label: 'now', before }], { beforeBy: 15_000 });

  it('lies under this one, on the same rows, and the axis has room for it', () => {
    const early = series([10, null, 30]);
    const prepared = prepare({ ...early, points: early.points.map((p) => ({ ...p, t: p.t - 15_000 })) });
    expect(prepared.rows).toEqual([
      { t: 0, s0: 1, p0: 10 },
      { t: 5000, s0: 2, p0: null },
      { t: 10_000, s0: 3, p0: 30 },
    ]);
    expect(prepared.lines[0]).toMatchObject({ last: 3, max: 3, before: { key: 'p0', last: 30, mean: 20 } });
    expect(prepared.yTicks.at(-1)).toBeGreaterThanOrEqual(30);
  });

  it('is placed by whole steps, and is nothing where nothing was measured', () => {
    const odd = series([7], { points: [{ t: -15_000, v: 7 }] });
    const prepared = prepareSeries([{ data: series([1]), label: 'now', before: odd }], { beforeBy: 14_200 });
    expect(prepared.rows).toEqual([{ t: 0, s0: 1, p0: 7 }]);
    expect(prepare(series([null])).lines[0]?.before).toBeNull();
  });
});
