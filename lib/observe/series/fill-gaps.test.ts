import { describe, expect, it } from 'vitest';
import { fillGaps } from './fill-gaps';

const grid = { first: 100_000, last: 140_000, stepMs: 5_000 };
const late = 1e9;
const values = (steps: [number, number][], gap = 12_500, now = late) =>
  fillGaps(
    steps.map(([until, v]) => ({ t: Math.floor(until / 5_000) * 5_000, v, until })),
    grid,
    gap,
    now,
  ).map((p) => p.v);

describe('fillGaps', () => {
  it('gives one point a step, each beginning at a multiple of the step', () => {
    expect(fillGaps([], grid, 12_500, late).map((p) => p.t)).toEqual([
      100_000, 105_000, 110_000, 115_000, 120_000, 125_000, 130_000, 135_000, 140_000,
    ]);
  });

  it('bridges the jitter of collection, and shows a longer silence as a gap, never as a zero', () => {
    expect(
      values([
        [101_000, 1],
        [106_000, 2],
        [110_900, 3],
        [130_100, 7],
      ]),
    ).toEqual([1, 2, 3, 3, null, null, 7, 7, null]);
  });

  it('takes the value before the first step where it still holds', () => {
    expect(
      values([
        [99_000, 5],
        [110_000, 6],
      ]).slice(0, 3),
    ).toEqual([5, 5, 6]);
    expect(
      values([
        [92_000, 5],
        [110_000, 6],
      ]).slice(0, 3),
    ).toEqual([null, null, 6]);
  });

  it('draws nothing in the future', () => {
    expect(values([[124_000, 1]], 12_500, 126_000)).toEqual([null, null, null, null, 1, 1, null, null, null]);
  });
});
