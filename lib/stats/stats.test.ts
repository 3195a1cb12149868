import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg';
import { bootstrapDifference } from './bootstrap-difference';
import { bootstrapInterval } from './bootstrap-interval';
import { geometricMean } from './geometric-mean';
import { holm } from './holm';
import { incompleteBeta } from './incomplete-beta';
import { logGamma } from './log-gamma';
import { mean } from './mean';
import { quantile } from './quantile';
import { roundSignificant } from './round-significant';
import { standardDeviation } from './standard-deviation';
import { tCdf, tQuantile } from './t-distribution';
import { tInterval } from './t-interval';
import { welchInterval } from './welch-interval';

const finite = (o: { min?: number; max?: number } = {}) =>
  fc.double({ min: o.min ?? -1e6, max: o.max ?? 1e6, noNaN: true });

describe('reference values (SciPy 1.x unless the docstring says otherwise)', () => {
  it('moments and quantiles', () => {
    expect(mean([1, 2, 3, 4])).toBe(2.5);
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.1380899353, 10);
    expect(geometricMean([1, 4, 16])).toBeCloseTo(4, 12);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([15, 20, 35, 40, 50], 0.4)).toBe(29);
    expect(quantile([1.2, 3.1, 4.7, 7.7, 9.9, 12.5], 0.95)).toBeCloseTo(11.85, 12);
    expect(quantile([], 0.5)).toBeNaN();
    expect(() => quantile([1], 1.1)).toThrow(RangeError);
    expect(() => geometricMean([1, 0])).toThrow(RangeError);
  });

  it('gamma, beta and t', () => {
    expect(logGamma(10)).toBeCloseTo(12.801827480081, 11);
    expect(logGamma(0.5)).toBeCloseTo(0.5723649429247, 12);
    expect(incompleteBeta(0.5, 2, 3)).toBeCloseTo(0.6875, 13);
    expect(incompleteBeta(0.5, 0.5, 7.25)).toBeGreaterThan(0.99);
    expect(incompleteBeta(0.3, 0.5, 7.25)).toBeCloseTo(0.9746804983018953, 13);
    expect(tQuantile(0.975, 11)).toBeCloseTo(2.20098516, 8);
    expect(tQuantile(0.975, 19)).toBeCloseTo(2.093024054, 8);
    expect(tQuantile(0.975, 1)).toBeCloseTo(12.70620474, 7);
    expect(tQuantile(0.975, 6.680412371134021)).toBeCloseTo(2.3877506348046365, 10);
    expect(tQuantile(0.9999, 3.5)).toBeCloseTo(16.295284596959196, 8);
    expect(tQuantile(0.025, 19)).toBeCloseTo(-2.093024054, 8);
    expect(tCdf(1.3, 4)).toBeCloseTo(0.868274201764388, 12);
  });

  it('intervals', () => {
    const t = tInterval([1, 2, 3, 4, 5]);
    expect(t.low).toBeCloseTo(1.0367568385, 9);
    expect(t.high).toBeCloseTo(4.9632431615, 9);
    const w = welchInterval([1, 2, 3, 4, 5], [3, 4, 6, 8, 9]);
    expect(w.low).toBeCloseTo(-0.2035036396448655, 9);
    expect(w.high).toBeCloseTo(6.2035036396448655, 9);
    expect(w.df).toBeCloseTo(6.680412371134021, 9);
    expect(welchInterval([1, 1], [3, 3])).toMatchObject({ low: 2, high: 2 });
  });

  it('adjusted p-values', () => {
    const p = [0.01, 0.04, 0.03, 0.005];
    expect(holm(p).map((x) => roundSignificant(x))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(benjaminiHochberg(p).map((x) => roundSignificant(x))).toEqual([0.02, 0.04, 0.04, 0.02]);
    expect(holm([0.03, 0.04], [3, 1]).map((x) => roundSignificant(x))).toEqual([0.04, 0.04]);
    expect(holm([])).toEqual([]);
  });
});

describe('properties', () => {
  it('t quantile inverts the distribution function', () => {
    fc.assert(
      fc.property(finite({ min: 0.001, max: 0.999 }), finite({ min: 0.7, max: 200 }), (p, df) => {
        expect(tCdf(tQuantile(p, df), df)).toBeCloseTo(p, 9);
      }),
    );
  });

  it('quantiles are monotone and lie within the samples', () => {
    const samples = fc.array(finite(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(samples, finite({ min: 0, max: 1 }), finite({ min: 0, max: 1 }), (values, a, b) => {
        const sorted = values.toSorted((x, y) => x - y);
        const [low, high] = [quantile(sorted, Math.min(a, b)), quantile(sorted, Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual(sorted[0]! - 1e-9);
        expect(high).toBeLessThanOrEqual(sorted.at(-1)! + 1e-9);
      }),
    );
  });

  it('Holm is at least p, at most Bonferroni and 1, keeps the order; BH is at most Holm', () => {
    const pValues = fc.array(finite({ min: 0, max: 1 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(pValues, (p) => {
        const h = holm(p);
        const bh = benjaminiHochberg(p);
        for (const [i, value] of p.entries()) {
          expect(h[i]!).toBeGreaterThanOrEqual(value - 1e-12);
          expect(h[i]!).toBeLessThanOrEqual(Math.min(1, value * p.length) + 1e-12);
          expect(bh[i]!).toBeLessThanOrEqual(h[i]! + 1e-12);
          for (const [j, other] of p.entries()) if (value < other) expect(h[i]!).toBeLessThanOrEqual(h[j]!);
        }
      }),
    );
  });

  it('bootstraps are the same for the same seed and hold the mean', () => {
    const values = [0.1, 0.3, -0.2, 0.5, 0.2, 0.15, 0.4];
    const interval = bootstrapInterval(values, 7);
    expect(bootstrapInterval(values, 7)).toEqual(interval);
    expect(bootstrapInterval(values, 8)).not.toEqual(interval);
    expect(interval.low).toBeLessThan(mean(values));
    expect(interval.high).toBeGreaterThan(mean(values));
    const difference = bootstrapDifference(
      values,
      values.map((v) => v + 1),
      7,
    );
    expect(difference.low).toBeLessThan(1);
    expect(difference.high).toBeGreaterThan(1);
    expect(bootstrapDifference([1, 1], [3, 3], 1)).toEqual({ low: 2, high: 2 });
  });

  it('rounding keeps nine digits', () => {
    expect(roundSignificant(0.123456789123)).toBe(0.123456789);
    expect(roundSignificant(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});
