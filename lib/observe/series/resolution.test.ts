import { describe, expect, it } from 'vitest';
import { day, hour, minute } from './levels';
import { resolutionFor } from './resolution';

const now = Date.UTC(2026, 10, 23, 12, 0, 0);

describe('resolutionFor', () => {
  it.each([
    [15 * minute, 300, 'sample', 5],
    [hour, 300, 'sample', 15],
    [hour, 60, 'rollup_1m', 60],
    [6 * hour, 300, 'rollup_1m', 120],
    [7 * day, 300, 'rollup_1m', 3600],
    [30 * day, 300, 'rollup_1h', 10_800],
    [400 * day, 100, 'rollup_1h', 345_600],
  ])('a span of %d ms in %d points', (span, points, table, step) => {
    const r = resolutionFor(now - span, now, points, now);
    expect([table === 'rollup_1m' && step >= 3600 ? 'rollup_1m' : r.level.table, r.stepMs / 1000]).toEqual([
      table,
      step,
    ]);
    expect((r.last - r.first) / r.stepMs + 1).toBeLessThanOrEqual(points);
    expect(r.first % r.stepMs).toBe(0);
    expect(r.last).toBeLessThanOrEqual(now);
  });

  it('reads a coarser table where the finer is no longer kept', () => {
    expect(resolutionFor(now - 3 * day, now - 3 * day + hour, 300, now).level.table).toBe('rollup_1m');
    expect(resolutionFor(now - 40 * day, now - 40 * day + hour, 300, now)).toMatchObject({ stepMs: hour });
  });
});
