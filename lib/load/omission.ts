import type { LoadProfile } from '../contracts/load';
import type { CoordinatedOmission, LoadSecond } from '../contracts/load-record';
import { encodeHistogram, type LatencyHistogram, MS_PER_UNIT, newHistogram } from '../stats/histogram';
import { histogramBuckets } from '../stats/histogram-buckets';
import { quantileOfBuckets } from '../stats/histogram-quantile';
import { mergeSeconds } from './summary';

/** A time without any response is a stall from this length on, ms … */
const leastStallMs = 100;
/** … and from so many times what a user usually takes from one request to the next. */
const stallCycles = 5;

/**
 * Coordinated omission of a closed run, null when no stall was seen. A user who waits out a stall does not send the
 * requests that a user would have sent meanwhile, so the stall is one slow request instead of many. For each response slower
 * than a stall the requests left out are added: latencies less by one interval, two intervals, and so on. The interval is the
 * median response time plus the mean think time.
 * Source: the expected-interval correction of HdrHistogram (G. Tene, `recordValueWithExpectedInterval`). It is applied to
 * stalls only: with an interval as short as a usual response it would add requests for every latency above the median.
 */
export function omissionOf(seconds: readonly LoadSecond[], profile: LoadProfile): CoordinatedOmission | null {
  if (profile.model !== 'closed') return null;
  const all = mergeSeconds(seconds.flatMap((s) => Object.values(s.endpoints)));
  if (all.count === 0) return null;
  const median = quantileOfBuckets(histogramBuckets(all.histogram), 0.5) * MS_PER_UNIT;
  const intervalMs = median + (profile.thinkTime.minMs + profile.thinkTime.maxMs) / 2;
  const stallMs = Math.max(leastStallMs, stallCycles * intervalMs);
  const stalls = seconds.flatMap((s): [number, number][] =>
    s.longestGapMs >= stallMs ? [[s.t, s.longestGapMs]] : [],
  );
  if (stalls.length === 0) return null;
  const names = new Set(seconds.flatMap((s) => Object.keys(s.endpoints)));
  const endpoints: CoordinatedOmission['endpoints'] = {};
  for (const name of names) {
    const { histogram } = mergeSeconds(seconds.flatMap((s) => s.endpoints[name] ?? []));
    const corrected = correct(histogram, intervalMs, stallMs);
    endpoints[name] = { intervalMs, histogram: encodeHistogram(corrected) };
  }
  return { stalls, endpoints };
}

/** Adds what users left out while they waited for responses of `stallMs` and longer. */
export function correct(histogram: LatencyHistogram, intervalMs: number, stallMs: number): LatencyHistogram {
  const corrected = newHistogram();
  corrected.autoResize = true;
  corrected.add(histogram);
  const interval = Math.max(1, Math.round(intervalMs / MS_PER_UNIT));
  for (const { low, count } of histogramBuckets(histogram)) {
    if (low * MS_PER_UNIT < stallMs) continue;
    for (let missing = low - interval; missing >= interval; missing -= interval)
      corrected.recordValueWithCount(missing, count);
  }
  return corrected;
}
