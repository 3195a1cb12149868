import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHistogram, encodeHistogram, mergeHistograms, newHistogram, recordMs } from './histogram';
import { histogramBuckets } from './histogram-buckets';
import { quantile } from './quantile';

const latencies = fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});

function of(ms: readonly number[]) {
  const histogram = newHistogram();
  for (const value of ms) recordMs(histogram, value);
  return histogram;
}

describe('histogram', () => {
  it('comes back from its text bucket by bucket', () => {
    fc.assert(
      fc.property(latencies, (ms) => {
        const histogram = of(ms);
        const back = decodeHistogram(encodeHistogram(histogram));
        expect(histogramBuckets(back)).toEqual(histogramBuckets(histogram));
        expect(back.totalCount).toBe(ms.length);
        expect(encodeHistogram(back)).toEqual(encodeHistogram(histogram));
      }),
      { numRuns: 50 },
    );
  });

  it('merged holds exactly the sum', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const merged = mergeHistograms([of(a), decodeHistogram(encodeHistogram(of(b)))]);
        expect(histogramBuckets(merged)).toEqual(histogramBuckets(of([...a, ...b])));
      }),
      { numRuns: 50 },
    );
  });

  it('gives quantiles within one bucket of the sorted samples', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (ms, q) => {
        const exact =
          quantile(
            ms.toSorted((x, y) => x - y),
            q,
          ) * 1000;
        const got = quantile(of(ms), q);
        // Interpolating between two far samples can land a bucket of the upper one away.
        const upper = (ms.toSorted((x, y) => x - y)[Math.ceil(q * (ms.length - 1))] ?? 0) * 1000;
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(1 + upper * 0.001);
      }),
      { numRuns: 100 },
    );
  });

  it('has the reference value and keeps the slowest in the last bucket', () => {
    expect(quantile(of(Array.from({ length: 1000 }, (_, i) => i / 1000)), 0.5)).toBe(500);
    expect(of([10_000_000]).totalCount).toBe(1);
    expect(quantile(of([10_000_000]), 1) / 1e6).toBeCloseTo(600, 0);
    expect(quantile(newHistogram(), 0.5)).toBeNaN();
  });

  it('refuses what is none', () => {
    expect(() => decodeHistogram({ base64: 'aGVsbG8gd29ybGQ=', msPerUnit: 1 })).toThrow(RangeError);
    expect(() => decodeHistogram({ base64: '%%%', msPerUnit: 1 })).toThrow(RangeError);
  });
});
