import { describe, expect, it } from 'vitest';
import { backoffMs, nextTick, phaseOf } from './ticks';

describe('ticks', () => {
  it('spreads targets over the interval, the same way every time', () => {
    const phases = Array.from({ length: 20 }, (_, id) => phaseOf(id + 1, 5_000));
    expect(phases).toEqual(Array.from({ length: 20 }, (_, id) => phaseOf(id + 1, 5_000)));
    const filled = new Set(phases.map((p) => Math.floor(p / 1_000)));
    expect(filled.size).toBe(5);
    expect(phases.every((p) => p >= 0 && p < 5_000)).toBe(true);
  });

  it.each([
    ['on the grid', 100_100, 100_000, 105_000],
    ['skips what a long reading missed', 117_300, 100_000, 120_000],
    ['not right after a first reading off the grid', 104_000, 104_000, 110_000],
    ['but after half an interval', 102_100, 102_000, 105_000],
  ])('%s', (_, now, last, expected) => {
    expect(nextTick(now, last, 5_000, 0)).toBe(expected);
    expect(nextTick(now + 700, last + 700, 5_000, 700)).toBe(expected + 700);
  });

  it('backs off to 30 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((n) => backoffMs(n, 5_000))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});
