import type { LoadRecord, LoadSecond } from '../../contracts/load-record';
import { decodeHistogram, type LatencyHistogram, newHistogram } from '../../stats/histogram';
import { type Bucket, histogramBuckets } from '../../stats/histogram-buckets';
import { quantileOfBuckets } from '../../stats/histogram-quantile';

/** A second of a run with its histograms decoded once; buckets in ms. */
export interface DecodedSecond extends Omit<LoadSecond, 'endpoints'> {
  endpoints: Map<string, { count: number; errors: number; timeouts: number; buckets: Bucket[] }>;
}

/**
 * The seconds under load: without those at the end in which nothing was due any more and the last responses were awaited.
 */
export function underLoad<S extends { offered: number; level: number }>(seconds: readonly S[]): S[] {
  return seconds.slice(0, seconds.findLastIndex((s) => s.offered > 0 || s.level > 0) + 1);
}

/** Decodes all histograms of a record. @throws RangeError when one is none */
export function decodeSeconds(record: Pick<LoadRecord, 'seconds'>): DecodedSecond[] {
  return record.seconds.map((second) => ({
    ...second,
    endpoints: new Map(
      Object.entries(second.endpoints).map(([name, e]) => [
        name,
        {
          count: e.count,
          errors: Object.values(e.errors).reduce((sum, n) => sum + n, 0),
          timeouts: e.errors.timeout ?? 0,
          buckets: bucketsInMs(e.histogram),
        },
      ]),
    ),
  }));
}

/** The filled buckets of an encoded histogram, in ms. */
export function bucketsInMs(encoded: { base64: string; msPerUnit: number }): Bucket[] {
  return histogramBuckets(decodeHistogram(encoded)).map(({ low, high, count }) => ({
    low: low * encoded.msPerUnit,
    high: high * encoded.msPerUnit,
    count,
  }));
}

/** Requests of some seconds together, of one endpoint or of all (''). */
export interface Tally {
  count: number;
  errors: number;
  timeouts: number;
  /** Ascending, equal ones added. */
  buckets: Bucket[];
}

/** Adds up seconds; counts of equal buckets are added, so nothing is lost. */
export function tally(seconds: readonly DecodedSecond[], endpoint = ''): Tally {
  const sum = { count: 0, errors: 0, timeouts: 0 };
  const byLow = new Map<number, Bucket>();
  for (const second of seconds) {
    for (const [name, e] of second.endpoints) {
      if (endpoint !== '' && name !== endpoint) continue;
      sum.count += e.count;
      sum.errors += e.errors;
      sum.timeouts += e.timeouts;
      for (const bucket of e.buckets) {
        const there = byLow.get(bucket.low);
        if (there) there.count += bucket.count;
        else byLow.set(bucket.low, { ...bucket });
      }
    }
  }
  return { ...sum, buckets: [...byLow.values()].sort((a, b) => a.low - b.low) };
}

/** Quantile of a tally, ms; null without a request. */
export function quantileMs({ buckets }: Tally, q: number): number | null {
  return buckets.length === 0 ? null : quantileOfBuckets(buckets, q);
}

/** Mean of a tally by the middles of its buckets (within 0.05 % at three digits), ms; null without a request. */
export function averageMs({ buckets }: Tally): number | null {
  let sum = 0;
  let count = 0;
  for (const b of buckets) {
    sum += ((b.low + b.high) / 2) * b.count;
    count += b.count;
  }
  return count === 0 ? null : sum / count;
}

/** How many values lie at or below `ms`; a bucket that it cuts counts in proportion. */
export function countWithin(buckets: readonly Bucket[], ms: number): number {
  let within = 0;
  for (const { low, high, count } of buckets) {
    if (high <= ms) within += count;
    else if (low < ms) within += (count * (ms - low)) / (high - low);
  }
  return within;
}

/** Histograms of one unit in one, as it is recorded; a new empty one for none. */
export function mergeEncoded(list: readonly { base64: string; msPerUnit: number }[]): LatencyHistogram {
  const merged = newHistogram();
  merged.autoResize = true;
  for (const encoded of list) merged.add(decodeHistogram(encoded));
  return merged;
}
