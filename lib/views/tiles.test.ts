import { describe, expect, it } from 'vitest';
import type { SeriesData } from '@/lib/contracts/metrics';
import { combine } from './tiles';

const series = (points: [number, number | null][]): SeriesData => ({
  target: 't',
  metric: 'docker.memory',
  label: '',
  unit: 'bytes',
  step: 5,
  points: points.map(([t, v]) => ({ t, v })),
});

describe('combine', () => {
  it('adds point by point and keeps a gap only where all series have one', () => {
    const a = series([
      [0, 1],
      [5_000, null],
      [10_000, 3],
    ]);
    const b = series([
      [100, 10],
      [5_100, null],
      [10_100, null],
    ]);
    expect(combine([a, b], 'sum')).toEqual([
      { t: 0, v: 11 },
      { t: 5_000, v: null },
      { t: 10_000, v: 3 },
    ]);
  });
  it('takes the largest, or the mean', () => {
    const pair = [series([[0, 1]]), series([[0, 5]])];
    expect(combine(pair, 'max')).toEqual([{ t: 0, v: 5 }]);
    expect(combine(pair, 'mean')).toEqual([{ t: 0, v: 3 }]);
  });
  it('answers with nothing for nothing', () => {
    expect(combine([], 'sum')).toEqual([]);
  });
});
