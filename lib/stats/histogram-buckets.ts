import type { LatencyHistogram } from './histogram';

/** `count` values somewhere in [low, high), in the histogram's unit. */
export interface Bucket {
  low: number;
  high: number;
  count: number;
}

/** The filled buckets, ascending. */
export function histogramBuckets(histogram: LatencyHistogram): Bucket[] {
  const buckets: Bucket[] = [];
  let left = histogram.totalCount;
  for (let i = 0; left > 0 && i < histogram.countsArrayLength; i++) {
    const count = histogram.getCountAtIndex(i);
    if (count <= 0) continue;
    const low = histogram.valueFromIndex(i);
    buckets.push({ low, high: histogram.nextNonEquivalentValue(low), count });
    left -= count;
  }
  return buckets;
}
