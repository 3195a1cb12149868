import type { LoadMetric, LoadThreshold } from '../contracts/load';
import type {
  EndpointSecond,
  ErrorCounts,
  LoadFigures,
  LoadRecord,
  LoadSecond,
  LoadSummary,
  ThresholdResult,
} from '../contracts/load-record';
import { LoadErrorKind } from '../contracts/load-record';
import { decodeHistogram, type LatencyHistogram, MS_PER_UNIT, newHistogram } from '../stats/histogram';
import { type Bucket, histogramBuckets } from '../stats/histogram-buckets';
import { quantileOfBuckets } from '../stats/histogram-quantile';
import { keeps } from './keeps';

/** Requests of some seconds, added up without loss. */
export interface Merged {
  count: number;
  errorKinds: ErrorCounts;
  bytes: number;
  histogram: LatencyHistogram;
}

/** Adds up seconds of one endpoint, or of several. */
export function mergeSeconds(seconds: Iterable<EndpointSecond>): Merged {
  const merged: Merged = { count: 0, errorKinds: {}, bytes: 0, histogram: newHistogram() };
  merged.histogram.autoResize = true;
  for (const second of seconds) {
    merged.count += second.count;
    merged.bytes += second.bytes;
    for (const kind of LoadErrorKind.options) {
      const n = second.errors[kind];
      if (n) merged.errorKinds[kind] = (merged.errorKinds[kind] ?? 0) + n;
    }
    addEncoded(merged.histogram, second);
  }
  return merged;
}

function addEncoded(into: LatencyHistogram, { histogram }: EndpointSecond): void {
  const decoded = decodeHistogram(histogram);
  if (histogram.msPerUnit === MS_PER_UNIT) {
    into.add(decoded);
    return;
  }
  // From another tool with another unit: each bucket is taken at its middle.
  for (const { low, high, count } of histogramBuckets(decoded))
    into.recordValueWithCount(Math.round((((low + high) / 2) * histogram.msPerUnit) / MS_PER_UNIT), count);
}

/** The figures of merged requests over `durationMs`; latencies in ms, quantiles of type 7 within a bucket (0.1 %). */
export function figuresOf(merged: Merged, durationMs: number): LoadFigures {
  const buckets = histogramBuckets(merged.histogram);
  const errors = Object.values(merged.errorKinds).reduce((sum, n) => sum + n, 0);
  const none = merged.count === 0;
  return {
    count: merged.count,
    errors,
    errorRate: none ? null : errors / merged.count,
    errorKinds: merged.errorKinds,
    average: none ? null : meanOf(buckets),
    ...quantilesOf(buckets),
    max: none ? null : (buckets.at(-1)?.high ?? 0) * MS_PER_UNIT,
    rps: durationMs > 0 ? (merged.count * 1_000) / durationMs : 0,
    bytes: merged.bytes,
  };
}

function quantilesOf(buckets: readonly Bucket[]): Pick<LoadFigures, 'p50' | 'p90' | 'p95' | 'p99'> {
  const at = (q: number) => (buckets.length === 0 ? null : quantileOfBuckets(buckets, q) * MS_PER_UNIT);
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}

function meanOf(buckets: readonly Bucket[]): number {
  let sum = 0;
  let count = 0;
  for (const b of buckets) {
    sum += ((b.low + b.high) / 2) * b.count;
    count += b.count;
  }
  return (sum / count) * MS_PER_UNIT;
}

/**
 * Time under load, ms: up to the end of the last second in which anything was due or sent. What comes after it is the wait
 * for the last responses.
 */
export function loadedMs(seconds: readonly LoadSecond[]): number {
  const last = seconds.findLastIndex((s) => s.offered > 0 || s.level > 0);
  return seconds.slice(0, last + 1).reduce((sum, s) => sum + s.durationMs, 0);
}

/** Every figure that is shown of a run, from its record and nothing else. */
export function summaryOf(record: LoadRecord): LoadSummary {
  const { seconds, given } = record;
  if (given && seconds.length === 0) {
    const { durationMs, total, endpoints } = given;
    const sent = total.count;
    return {
      durationMs,
      offered: sent,
      sent,
      dropped: 0,
      total,
      endpoints,
      corrected: null,
      thresholds: judge(record, total, endpoints),
    };
  }
  const durationMs = loadedMs(seconds);
  const names = new Set(record.plan?.probes.map((p) => p.name));
  for (const second of seconds) for (const name of Object.keys(second.endpoints)) names.add(name);
  const endpoints: Record<string, LoadFigures> = {};
  const all: Merged = { count: 0, errorKinds: {}, bytes: 0, histogram: newHistogram() };
  all.histogram.autoResize = true;
  for (const name of names) {
    const merged = mergeSeconds(seconds.flatMap((s) => s.endpoints[name] ?? []));
    endpoints[name] = figuresOf(merged, durationMs);
    all.count += merged.count;
    all.bytes += merged.bytes;
    all.histogram.add(merged.histogram);
    for (const kind of LoadErrorKind.options) {
      const n = merged.errorKinds[kind];
      if (n) all.errorKinds[kind] = (all.errorKinds[kind] ?? 0) + n;
    }
  }
  const total = figuresOf(all, durationMs);
  const sum = (of: (s: LoadSecond) => number) => seconds.reduce((n, s) => n + of(s), 0);
  return {
    durationMs,
    offered: sum((s) => s.offered),
    sent: sum((s) => s.sent),
    dropped: sum((s) => s.dropped),
    total,
    endpoints,
    corrected: correctedOf(record),
    thresholds: judge(record, total, endpoints),
  };
}

function correctedOf({ coordinatedOmission }: LoadRecord): LoadSummary['corrected'] {
  if (!coordinatedOmission) return null;
  const merged = newHistogram();
  merged.autoResize = true;
  for (const { histogram } of Object.values(coordinatedOmission.endpoints))
    merged.add(decodeHistogram(histogram));
  return quantilesOf(histogramBuckets(merged));
}

const fieldOf: Record<LoadMetric, 'p50' | 'p90' | 'p95' | 'p99' | 'average' | 'errorRate' | 'rps'> = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  average: 'average',
  errors: 'errorRate',
  throughput: 'rps',
};

const judge = (record: LoadRecord, total: LoadFigures, endpoints: Record<string, LoadFigures>) =>
  judgeThresholds(record.plan?.profile.thresholds ?? [], total, endpoints);

/** Whether each threshold holds for the figures of a whole run; null where there is nothing to judge it on. */
export function judgeThresholds(
  thresholds: readonly LoadThreshold[],
  total: LoadFigures,
  endpoints: Record<string, LoadFigures>,
): ThresholdResult[] {
  return thresholds.map((threshold) => {
    const of = threshold.endpoint === undefined ? total : endpoints[threshold.endpoint];
    const value = of?.[fieldOf[threshold.metric]] ?? null;
    return { threshold, value, passed: value === null ? null : keeps(threshold, value) };
  });
}
