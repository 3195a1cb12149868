import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, seedOf } from './random';
import { signFlipTest } from './sign-flip-test';
import { signSums } from './sign-sums';
import { twoSampleTest } from './two-sample-test';

/** Written the slow way: every sign pattern in full. */
function bruteSignFlip(d: readonly number[]): number {
  const observed = Math.abs(d.reduce((s, x) => s + x, 0));
  const slack = 1e-12 * d.reduce((s, x) => s + Math.abs(x), 0);
  let hits = 0;
  for (let bits = 0; bits < 2 ** d.length; bits++) {
    const sum = d.reduce((s, x, i) => s + (Math.floor(bits / 2 ** i) % 2 === 1 ? -x : x), 0);
    if (Math.abs(sum) >= observed - slack) hits++;
  }
  return hits / 2 ** d.length;
}

function bruteTwoSample(a: readonly number[], b: readonly number[]): number {
  const pooled = [...a, ...b];
  const average = (v: readonly number[]) => v.reduce((s, x) => s + x, 0) / v.length;
  const observed = Math.abs(average(a) - average(b));
  let hits = 0;
  let count = 0;
  for (let bits = 0; bits < 2 ** pooled.length; bits++) {
    const first = pooled.filter((_, i) => (bits >> i) & 1);
    if (first.length !== a.length) continue;
    const second = pooled.filter((_, i) => !((bits >> i) & 1));
    count++;
    if (Math.abs(average(first) - average(second)) >= observed - 1e-9) hits++;
  }
  return hits / count;
}

describe('sign-flip test', () => {
  it('has the reference values', () => {
    expect(signFlipTest([1, 2, 3, 4, 5, 6], 1)).toBe(2 / 64);
    expect(signFlipTest([0, 0, 0, 0, 0, 0], 1)).toBe(1);
    expect(signFlipTest([], 1)).toBe(1);
    // SciPy permutation_test(permutation_type='samples'), exact.
    expect(signFlipTest([0.3, -0.1, 0.5, 0.2, 0.7, -0.2, 0.4, 0.1], 1)).toBe(0.0859375);
    const twelve = Array.from({ length: 12 }, (_, i) => -0.1 - i / 100);
    expect(signFlipTest(twelve, 1)).toBe(2 / 4096);
  });

  it('equals brute force', () => {
    const values = fc.array(
      fc.integer({ min: -20, max: 20 }).map((x) => x / 7),
      { minLength: 1, maxLength: 10 },
    );
    fc.assert(
      fc.property(values, (d) => {
        expect(signFlipTest(d, 3)).toBeCloseTo(bruteSignFlip(d), 12);
      }),
    );
  });

  it('beyond 16 is seeded, never 0, and near the exact value', () => {
    const random = seededRandom(5);
    const d = Array.from({ length: 17 }, () => random.normal() + 0.4);
    const p = signFlipTest(d, 9);
    expect(signFlipTest(d, 9)).toBe(p);
    expect(Math.abs(p - bruteSignFlip(d))).toBeLessThan(0.005);
    const clear = Array.from({ length: 70 }, (_, i) => 1 + i / 100);
    expect(signFlipTest(clear, 9)).toBe(1 / 65_537);
  });

  it('sums by table', () => {
    expect(signSums([1, 2, 4])(0b101)).toBe(-3);
    const values = Array.from({ length: 22 }, (_, i) => 2 ** i);
    expect(signSums(values)(0)).toBe(2 ** 22 - 1);
    expect(signSums(values)(1 << 21)).toBe(2 ** 22 - 1 - 2 ** 22);
    expect(() => signSums(Array.from({ length: 23 }, () => 1))).toThrow(RangeError);
  });
});

describe('two-sample permutation test', () => {
  it('has the reference values', () => {
    expect(twoSampleTest([1, 2, 3], [4, 5, 6], 1)).toBe(0.1);
    // 8 of the 126 splits are at least as far apart.
    expect(twoSampleTest([1.2, 3.4, 2.2, 5.1], [4.4, 6.1, 3.9, 7.2, 5.0], 1)).toBeCloseTo(8 / 126, 14);
    expect(twoSampleTest([], [1], 1)).toBe(1);
  });

  it('equals brute force', () => {
    const side = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(side, side, (a, b) => {
        expect(twoSampleTest(a, b, 2)).toBeCloseTo(bruteTwoSample(a, b), 12);
      }),
    );
  });

  it('with many values is seeded and never 0', () => {
    const a = Array.from({ length: 20 }, (_, i) => i);
    const b = a.map((x) => x + 100);
    expect(twoSampleTest(a, b, 4)).toBe(1 / 65_537);
    expect(twoSampleTest(a, a, 4)).toBe(1);
  });
});

describe('seeded random numbers', () => {
  it('are the same for a seed and differ between seeds', () => {
    const draw = (...seed: number[]) => {
      const random = seededRandom(...seed);
      return [random.uint32(), random.uint32(), random.uint32()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1, 2)).not.toEqual(draw(2, 1));
    expect(draw(2 ** 40)).not.toEqual(draw(2 ** 41));
  });

  it('are uniform and normal', () => {
    const random = seededRandom(11);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    const bits = new Array<number>(32).fill(0);
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      sum += x;
      squares += x * x;
      const u = random.uint32();
      for (let b = 0; b < 32; b++) bits[b]! += (u >>> b) & 1;
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.015);
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.02);
    for (const count of bits) expect(Math.abs(count / n - 0.5)).toBeLessThan(0.01);
  });

  it('hash names as FNV-1a does', () => {
    expect(seedOf('')).toBe(2166136261);
    expect(seedOf('a')).toBe(3826002220);
  });
});
