import { describe, expect, it } from 'vitest';
import { medianOf, pettittTest } from './pettitt';
import { seededRandom } from './random';

/** AR(1) around zero with standard deviation 1. */
function series(seed: number, n: number, rho: number): number[] {
  const random = seededRandom(seed, n, Math.round(rho * 100));
  let x = random.normal();
  return Array.from({ length: n }, () => {
    x = rho * x + Math.sqrt(1 - rho * rho) * random.normal();
    return x;
  });
}

it('has its reference values', () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(medianOf([4, 1, 2, 3])).toBe(2.5);
  expect(medianOf([])).toBeNaN();
  expect(pettittTest([1, 2, 3, 4, 5, 6, 7])).toBeNull();
  expect(pettittTest([5, 5, 5, 5, 5, 5, 5, 5])).toEqual({ at: 0, p: 1, correlation: 0 });
  expect(pettittTest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])?.at).toBe(5);
  // K = 100 on 20 values without any correlation left: p = 2·exp(−6·100² / (20³ + 20²)).
  const step = pettittTest([...Array(10).fill(1), ...Array(10).fill(2)]);
  expect(step).toMatchObject({ at: 10, correlation: 0 });
  expect(step?.p).toBeCloseTo(2 * Math.exp(-60_000 / 8_400), 12);
});

it('finds a step where it is, whichever way it goes and whatever the scale', () => {
  let found = 0;
  for (let seed = 0; seed < 300; seed++) {
    const at = 20 + (seed % 21);
    const size = seed % 2 === 0 ? 4 : -4;
    const values = series(seed, 60, 0).map((v, i) => (v + (i >= at ? size : 0)) * 10 ** ((seed % 5) - 2));
    const point = pettittTest(values);
    if (point && point.p < 0.01 && Math.abs(point.at - at) <= 2) found++;
  }
  expect(found / 300).toBeGreaterThan(0.9);
});

describe('without any change', () => {
  const tries = 1_000;
  // Seeded: the share is the same at every run. 5 % may show as up to 6.4 % by chance (two standard errors).
  it.each([
    { rho: 0, n: 24 },
    { rho: 0, n: 120 },
    { rho: 0.3, n: 60 },
    { rho: 0.6, n: 24 },
    { rho: 0.6, n: 120 },
    { rho: 0.9, n: 60 },
  ])('it is wrong in at most 5 % of series of $n values with correlation $rho', ({ rho, n }) => {
    let wrong = 0;
    for (let seed = 0; seed < tries; seed++) if ((pettittTest(series(seed, n, rho))?.p ?? 1) < 0.05) wrong++;
    expect(wrong / tries).toBeLessThanOrEqual(0.064);
  });

  it('the correlation is what keeps it so', () => {
    let wrong = 0;
    for (let seed = 0; seed < 300; seed++) {
      const values = series(seed, 60, 0.6);
      const found = pettittTest(values);
      if (!found) continue;
      const { p, correlation: r } = found;
      // The p-value it would have had for independent values.
      if (2 * (p / 2) ** ((1 + r) / (1 - r)) < 0.05) wrong++;
    }
    expect(wrong / 300).toBeGreaterThan(0.2);
  });
});
