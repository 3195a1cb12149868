import { describe, expect, it } from 'vitest';
import { TrialSettings } from '@/lib/contracts/trial';
import {
  armsOf,
  decideSwitching,
  drawOrders,
  generatorHasRoom,
  generatorWasLimit,
  goalOf,
  mostExtraRounds,
  planRounds,
  turnsOf,
} from './design';

describe('drawOrders', () => {
  it('is the same for a seed and differs between seeds', () => {
    expect(drawOrders(40, 7)).toEqual(drawOrders(40, 7));
    expect(drawOrders(40, 7)).not.toEqual(drawOrders(40, 8));
  });
  it('tosses a fair coin', () => {
    const first = Array.from({ length: 2_000 }, (_, seed) => drawOrders(1, seed)[0]);
    const share = first.filter((o) => o === 'ABBA').length / first.length;
    expect(share).toBeGreaterThan(0.46);
    expect(share).toBeLessThan(0.54);
  });
  it('keeps the first rounds when more are drawn', () => {
    expect(drawOrders(20, 3).slice(0, 12)).toEqual(drawOrders(12, 3));
  });
});

describe('planRounds', () => {
  it('holds both arms twice in each interleaved round', () => {
    expect(armsOf('BAAB')).toEqual(['after', 'before', 'before', 'after']);
    const rounds = planRounds(['ABBA', 'BAAB'], { interleaved: true, rounds: 2 });
    expect(rounds.map((r) => r.round)).toEqual([0, 1]);
    expect(rounds[0]?.segments.map((s) => s.arm)).toEqual(['before', 'after', 'after', 'before']);
    expect(rounds.every((r) => r.segments.every((s) => s.part === 'all'))).toBe(true);
  });
  it('puts all before-rounds first when separated, each with the control by itself', () => {
    const rounds = planRounds([], { interleaved: false, rounds: 6 });
    expect(rounds.map((r) => r.round)).toEqual([...Array(12).keys()]);
    expect(rounds.map((r) => r.segments[0]?.arm)).toEqual([
      ...Array(6).fill('before'),
      ...Array(6).fill('after'),
    ]);
    for (const { segments } of rounds) {
      expect(segments[0]?.arm).toBe(segments[1]?.arm);
      expect(segments.map((s) => s.part).sort()).toEqual(['control', 'rest']);
    }
    expect(rounds.filter((r) => r.segments[0]?.part === 'control')).toHaveLength(6);
  });
});

describe('decideSwitching', () => {
  it.each([
    ['cheap', 200, 20, 3000, { interleaved: true, segmentMs: 3000 }],
    ['exactly 10 % of a round', 1000, 200, 3000, { interleaved: true, segmentMs: 3000 }],
    ['fits after lengthening', 1500, 100, 3000, { interleaved: true, segmentMs: 4000 }],
    ['fits at 5 s', 1900, 100, 3000, { interleaved: true, segmentMs: 5000 }],
    ['too dear', 2000, 100, 3000, { interleaved: false, segmentMs: 3000 }],
    ['fits a segment that is longer anyway', 3000, 100, 10_000, { interleaved: true, segmentMs: 10_000 }],
  ])('%s', (_, applyMs, rollbackMs, segmentMs, expected) => {
    expect(decideSwitching({ applyMs, rollbackMs, segmentMs })).toEqual(expected);
  });
});

describe('turnsOf', () => {
  const settings = TrialSettings.parse({});

  it('gives each endpoint the same turn when there is no goal', () => {
    expect(turnsOf(['a', 'b', 'c'], 3000, settings, null)).toEqual(
      ['a', 'b', 'c'].map((name) => ({ only: [name], ms: 1000, warmupMs: 100, maxMs: 2000 })),
    );
  });

  it('gives the goal half of the segment, and asks for enough requests of it', () => {
    const [goal, ...others] = turnsOf(['x', 'a', 'b'], 3000, settings, { endpoint: 'x', metric: 'p50' });
    expect(goal).toEqual({
      only: ['x'],
      ms: 1500,
      warmupMs: 150,
      maxMs: 3000,
      minRequestsOf: 'x',
      minRequests: 200,
    });
    expect(others.map((turn) => turn.ms)).toEqual([750, 750]);
  });

  it('gives a goal that is alone the whole segment', () => {
    expect(turnsOf(['x'], 300, settings, { endpoint: 'x', metric: 'p50' })[0]?.ms).toBe(300);
  });
});

it('generatorWasLimit speaks above either limit only', () => {
  const health = (cpuShare: number, eventLoopDelayP99Ms: number) => ({
    cpuShare,
    eventLoopDelayP99Ms,
    lateSends: 0,
  });
  expect(generatorWasLimit(undefined)).toBeNull();
  expect(generatorWasLimit(health(0.9, 50))).toBeNull();
  expect(generatorWasLimit(health(0.97, 1))).toContain('97 %');
  expect(generatorWasLimit(health(0.2, 80))).toContain('80 ms');
  expect(generatorHasRoom(health(0.7, 5))).toBe(true);
  expect(generatorHasRoom(health(0.8, 5))).toBe(false);
  expect(generatorHasRoom(health(0.2, 80))).toBe(false);
});

it('mostExtraRounds and goalOf', () => {
  expect(mostExtraRounds(12)).toBe(6);
  expect(mostExtraRounds(6)).toBe(3);
  expect(goalOf(['x', 'b'], ['a', 'b'])).toEqual({ endpoint: 'b', metric: 'p50' });
  expect(goalOf(['x'], ['a'])).toBeNull();
});
