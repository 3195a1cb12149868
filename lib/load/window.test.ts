import { describe, expect, it } from 'vitest';
import { timeIsOver } from './window';

const plan = { ms: 3000, maxMs: 6000, minRequestsOf: 0, minRequests: 200 };

describe('timeIsOver', () => {
  it.each([
    ['before the time, however many requests', 2999, [900, 900], false],
    ['at the time with enough requests', 3000, [200, 1], true],
    ['at the time with too few of the goal', 3000, [199, 5000], false],
    ['at the time while another probe has had no response', 3000, [500, 0], false],
    ['just before the longest time with too few', 5999, [199, 10], false],
    ['at the longest time in any case', 6000, [0, 0], true],
  ])('%s', (_, elapsed, counts, over) => {
    expect(timeIsOver(plan, elapsed, counts)).toBe(over);
  });

  it('needs no number of requests without a goal', () => {
    expect(timeIsOver({ ...plan, minRequestsOf: null }, 3000, [1, 1])).toBe(true);
  });

  it('never ends before its time when the longest time is shorter', () => {
    expect(timeIsOver({ ...plan, maxMs: 100 }, 2000, [500, 500])).toBe(false);
    expect(timeIsOver({ ...plan, maxMs: 100 }, 3000, [0, 0])).toBe(true);
  });
});
