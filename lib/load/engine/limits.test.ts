import { describe, expect, it } from 'vitest';
import type { LoadProfile, StressSearch } from '../../contracts/load';
import { newHistogram, recordMs } from '../../stats/histogram';
import { profileOf } from '../profiles';
import type { Exchange, Transport } from '../wire/exchange';
import { GeneratorLimit } from './generator-limit';
import { LevelPlan } from './level-plan';
import { Meter, type RawSecond, type SecondFigures } from './meter';
import { levelSchedule } from './schedule';
import { Arrivals } from './senders';
import { Stress } from './stress';

const second = (
  t: number,
  generator: Partial<RawSecond['generator']>,
  more: Partial<RawSecond> = {},
): RawSecond => ({
  t,
  durationMs: 1_000,
  level: 1,
  offered: 1_000,
  sent: 1_000,
  dropped: 0,
  active: 1,
  longestGapMs: 0,
  endpoints: {},
  generator: { cpuShare: 0.1, loopDelayP99Ms: 0, lateSends: 0, ...generator },
  ...more,
});

describe('the generator is the limit', () => {
  const found = (model: 'open' | 'closed', seconds: RawSecond[]) => {
    const limit = new GeneratorLimit(model);
    for (const s of seconds) limit.second(s, null);
    return limit.found?.from ?? null;
  };
  it('when it is late for three seconds in a row, not for two', () => {
    const late = { lateSends: 60 };
    expect(
      found(
        'open',
        [0, 1].map((t) => second(t, late)),
      ),
    ).toBeNull();
    expect(found('open', [second(0, late), second(1, late), second(2, {}), second(3, late)])).toBeNull();
    expect(found('open', [second(0, {}), ...[1, 2, 3].map((t) => second(t, late))])).toBe(1);
    expect(
      found(
        'open',
        [0, 1, 2].map((t) => second(t, { lateSends: 40 })),
      ),
    ).toBeNull();
  });
  it('when it drops what it had no time for, but not when the target is slow', () => {
    const busy = { cpuShare: 0.99 };
    expect(
      found(
        'open',
        [0, 1, 2].map((t) => second(t, busy, { dropped: 5 })),
      ),
    ).toBe(0);
    expect(
      found(
        'open',
        [0, 1, 2].map((t) => second(t, {}, { dropped: 5 })),
      ),
    ).toBeNull();
  });
  it('in the closed model when its core is used up', () => {
    expect(
      found(
        'closed',
        [0, 1, 2].map((t) => second(t, { cpuShare: 0.98 })),
      ),
    ).toBe(0);
    expect(
      found(
        'closed',
        [0, 1, 2].map((t) => second(t, { cpuShare: 0.9 })),
      ),
    ).toBeNull();
  });
  it('at once when it has no port or file descriptor left', () => {
    const limit = new GeneratorLimit('closed');
    limit.second(second(4, {}), 'the generator has no free local port for another connection');
    expect(limit.found).toMatchObject({ from: 4, why: expect.stringMatching(/^The generator has no free/) });
  });
});

describe('a stress search', () => {
  const search: StressSearch = {
    step: 10,
    stepMs: 1_000,
    maxLevel: 30,
    until: { errors: 0.01, growth: 0.1 },
  };
  const profile: LoadProfile = { ...profileOf('stress'), slo: { latencyMs: 100 } };
  const step = (stress: Stress, count: number, ms: number, errors = 0) => {
    const level = stress.next();
    const histogram = newHistogram();
    for (let i = 0; i < count; i++) recordMs(histogram, ms);
    const figures: SecondFigures = {
      durationMs: 1_000,
      active: 1,
      gapMs: 0,
      of: () => ({ count, errors, histogram }),
    };
    stress.second(figures);
    return { level, limit: stress.judge() };
  };
  it('goes on while everything is kept, to its highest level', () => {
    const stress = new Stress(profile, search);
    expect(step(stress, 100, 10)).toEqual({ level: 10, limit: null });
    expect(step(stress, 200, 10)).toEqual({ level: 20, limit: null });
    expect(step(stress, 300, 10)).toEqual({ level: 30, limit: null });
    expect(stress.next()).toBeNull();
  });
  it.each([
    ['latency', 200, 150, 0],
    ['errors', 200, 10, 3],
    ['throughput', 104, 10, 0],
  ] as const)('finds %s', (cause, count, ms, errors) => {
    const stress = new Stress(profile, search);
    expect(step(stress, 100, 10).limit).toBeNull();
    const { limit } = step(stress, count, ms, errors);
    expect(limit).toMatchObject({ cause, step: 2, level: 20, lastGoodLevel: 10, throughput: 100 });
  });
});

it('counts a request from when it was due when the generator itself came late', () => {
  let now = 0;
  const waiting: ((exchange: Exchange) => void)[] = [];
  const transport: Transport = {
    exhausted: null,
    send: (_request, done) => waiting.push(done),
    close: () => undefined,
  };
  const meter = new Meter(['a']);
  const level = new LevelPlan(0, [
    { durationMs: 0, level: 10 },
    { durationMs: 1_000, level: 10 },
  ]);
  const request = {
    method: 'GET',
    path: '/',
    headers: [],
    body: null,
    wantBody: false,
    bytes: Buffer.alloc(0),
  };
  const arrivals = new Arrivals(
    { transport, meter, request: () => request, judge: [], now: () => now },
    levelSchedule(level, () => ({ probe: 0, turn: 0 })),
    4,
  );
  // Due at 50, 150 … 450 ms, but nobody looked until 455.
  now = 455;
  expect(arrivals.sendDue(0, 1_000)).toBe(550);
  expect(waiting).toHaveLength(4);
  now = 460;
  for (const done of waiting) done({ error: null, detail: null, status: 200, bytes: 1, body: null });
  const cut = meter.cut(0, 1_000, 10, 0);
  meter.stop();
  expect(cut).toMatchObject({ offered: 5, sent: 4, dropped: 1, generator: { lateSends: 4 } });
  // From 50, 150, 250 and 350 ms to 460 ms.
  const values = (cut.endpoints.a?.buckets ?? []).filter((_, i) => i % 2 === 0);
  expect(values.map((v) => Math.round(v / 10_000))).toEqual([11, 21, 31, 41]);
});
