import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightedSequence } from './sequence';

function take(weights: number[], seed: number, n: number): number[] {
  const next = weightedSequence(weights, seed);
  return Array.from({ length: n }, () => next().probe);
}

describe('weightedSequence', () => {
  it('gives every probe its share at every point, to within three turns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (weights, seed) => {
          const total = weights.reduce((a, b) => a + b, 0);
          const counts = weights.map(() => 0);
          let furthest = 0;
          for (const [i, probe] of take(weights, seed, 500).entries()) {
            counts[probe]! += 1;
            weights.forEach((w, k) => {
              furthest = Math.max(furthest, Math.abs(counts[k]! - ((i + 1) * w) / total));
            });
          }
          expect(furthest).toBeLessThan(3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never leaves out a rare probe', () => {
    const sent = take([1, 1, 0.02], 3, 2_000).filter((p) => p === 2).length;
    expect(sent).toBeGreaterThanOrEqual(18);
    expect(sent).toBeLessThanOrEqual(21);
  });

  it('spreads a heavy probe instead of bunching it', () => {
    const order = take([2, 1, 1], 1, 400);
    for (let i = 2; i < order.length; i++) {
      expect(order[i] === order[i - 1] && order[i] === order[i - 2]).toBe(false);
    }
  });

  it('is the same for the same seed and starts differently for another', () => {
    expect(take([3, 2, 1], 7, 60)).toEqual(take([3, 2, 1], 7, 60));
    const starts = new Set(Array.from({ length: 20 }, (_, seed) => take([1, 1, 1], seed, 6).join('')));
    expect(starts.size).toBeGreaterThan(1);
  });

  it('counts the turns of each probe one by one', () => {
    const next = weightedSequence([1, 3], 5);
    const last = new Map<number, number>();
    for (let i = 0; i < 100; i++) {
      const { probe, turn } = next();
      const before = last.get(probe);
      if (before !== undefined) expect(turn).toBe(before + 1);
      last.set(probe, turn);
    }
  });
});
