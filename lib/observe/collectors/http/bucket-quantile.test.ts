import { describe, expect, it } from 'vitest';
import { bucketQuantile } from './bucket-quantile';

const inf = Number.POSITIVE_INFINITY;
const buckets = (...pairs: [number, number][]) => pairs.map(([le, count]) => ({ le, count }));

describe('bucketQuantile', () => {
  // Expected values computed by hand from the definition of histogram_quantile.
  it.each<[string, number, { le: number; count: number }[], number | null]>([
    ['linear inside a bucket', 0.5, buckets([1, 0], [2, 10], [4, 20], [inf, 20]), 2],
    ['a quarter into the second bucket', 0.625, buckets([1, 0], [2, 10], [4, 20], [inf, 20]), 2.5],
    ['the first bucket begins at 0', 0.5, buckets([10, 100], [inf, 100]), 5],
    ['p95 of a skewed histogram', 0.95, buckets([0.1, 80], [0.5, 94], [1, 98], [inf, 100]), 0.625],
    ['above the highest bound', 0.99, buckets([0.1, 80], [0.5, 94], [1, 98], [inf, 100]), 1],
    ['everything in +Inf', 0.5, buckets([1, 0], [inf, 5]), 1],
    ['a first bound that is not positive', 0.1, buckets([-1, 5], [1, 10], [inf, 10]), -1],
    [
      'bounds in any order, the same bound twice',
      0.5,
      buckets([inf, 10], [2, 5], [1, 0], [inf, 10], [2, 5], [4, 10], [4, 10]),
      2,
    ],
    ['counts that are a moment apart', 0.5, buckets([1, 10], [2, 9], [inf, 20]), 1],
    ['no observation', 0.5, buckets([1, 0], [inf, 0]), null],
    ['no +Inf bucket', 0.5, buckets([1, 5], [2, 9]), null],
    ['only +Inf', 0.5, buckets([inf, 9]), null],
    ['nothing', 0.5, [], null],
  ])('%s', (_, q, list, expected) => {
    const value = bucketQuantile(q, list);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 12);
  });
});
