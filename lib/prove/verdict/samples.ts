import { AppError } from '@/lib/contracts/error';
import type { EndpointSamples } from '@/lib/contracts/trial-record';
import { decodeHistogram } from '@/lib/stats/histogram';
import { type Bucket, histogramBuckets } from '@/lib/stats/histogram-buckets';
import { quantileOfBuckets } from '@/lib/stats/histogram-quantile';
import { quantile } from '@/lib/stats/quantile';

/** Latencies of one endpoint, ms: sorted values, or the buckets of a histogram. */
export type Samples = { values: Float64Array } | { buckets: Bucket[] };

/** Reads the latencies of an endpoint in a segment; AppError bad-input naming `field` when they are unreadable. */
export function readSamples(endpoint: EndpointSamples, field: string): Samples {
  if (endpoint.latenciesMs) return { values: Float64Array.from(endpoint.latenciesMs).sort() };
  const encoded = endpoint.histogram;
  if (!encoded) throw new AppError('bad-input', `${field}: neither latenciesMs nor histogram`, { field });
  try {
    const unit = encoded.msPerUnit;
    const buckets = histogramBuckets(decodeHistogram(encoded));
    return { buckets: buckets.map((b) => ({ low: b.low * unit, high: b.high * unit, count: b.count })) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad-input', `${field}.histogram: ${why}`, { field: `${field}.histogram`, cause });
  }
}

/** Number of requests. */
export function countOf(samples: Samples): number {
  if ('values' in samples) return samples.values.length;
  return samples.buckets.reduce((sum, bucket) => sum + bucket.count, 0);
}

/** Quantile in ms; NaN when there are no requests. */
export function quantileMs(samples: Samples, q: number): number {
  return 'values' in samples ? quantile(samples.values, q) : quantileOfBuckets(samples.buckets, q);
}

/** All requests of several segments together. A value among buckets counts as a bucket of no width. */
export function mergeSamples(parts: readonly Samples[]): Samples {
  if (parts.every((part) => 'values' in part)) {
    const all = new Float64Array(parts.reduce((sum, part) => sum + part.values.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part.values, at);
      at += part.values.length;
    }
    return { values: all.sort() };
  }
  const byLow = new Map<string, Bucket>();
  for (const part of parts) {
    for (const bucket of bucketsOf(part)) {
      const key = `${bucket.low} ${bucket.high}`;
      const known = byLow.get(key);
      if (known) known.count += bucket.count;
      else byLow.set(key, { ...bucket });
    }
  }
  return { buckets: [...byLow.values()].sort((a, b) => a.low - b.low || a.high - b.high) };
}

export function bucketsOf(samples: Samples): Bucket[] {
  if ('buckets' in samples) return samples.buckets;
  return Array.from(samples.values, (value) => ({ low: value, high: value, count: 1 }));
}
