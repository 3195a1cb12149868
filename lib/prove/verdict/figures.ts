import type { Distribution, SegmentFigures } from '@/lib/contracts/trial';
import type { Arm, RecordSegment, TrialRecord } from '@/lib/contracts/trial-record';
import { roundSignificant } from '@/lib/stats/round-significant';
import { measureSegment } from './measure';
import { bucketsOf, mergeSamples, quantileMs, readSamples } from './samples';

/** Figures of one segment for charts: ms, and requests per second. An endpoint without requests has none. */
export function segmentFigures(segment: RecordSegment): SegmentFigures {
  const measured = measureSegment(segment);
  const endpoints: SegmentFigures['endpoints'] = {};
  for (const [name, { requests, errors, p50, p95, durationMs, samples }] of measured.endpoints) {
    if (requests === 0) continue;
    endpoints[name] = {
      requests,
      errors,
      p50: roundSignificant(p50),
      p95: roundSignificant(p95),
      p99: roundSignificant(quantileMs(samples, 0.99)),
      throughput: roundSignificant((requests * 1000) / durationMs),
    };
  }
  const { round, order, arm, startedAt } = segment;
  return {
    round,
    order,
    arm,
    startedAt,
    durationMs: segment.durationMs,
    void: segment.void ?? null,
    endpoints,
  };
}

/** Points of a chart; more would not be seen. */
const MOST_POINTS = 120;

/**
 * Cumulative distribution of an endpoint in one arm, over all segments that are not void: at most 120 points
 * at even steps of the share answered, with the tail (99 %, 99.9 %, all) always among them. Empty when nothing was measured.
 */
export function distributionOf(record: TrialRecord, endpoint: string, arm: Arm): Distribution {
  const voidRounds = new Set(record.segments.filter((s) => s.void !== undefined).map((s) => s.round));
  const parts = record.segments.flatMap((segment, i) => {
    const given = segment.endpoints[endpoint];
    if (!given || segment.arm !== arm || voidRounds.has(segment.round)) return [];
    return [readSamples(given, `segments[${i}].endpoints[${JSON.stringify(endpoint)}]`)];
  });
  const buckets = bucketsOf(mergeSamples(parts));
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const points: Distribution['points'] = [];
  const step = total / (MOST_POINTS - 4);
  const tail = [0.99 * total, 0.999 * total];
  let before = 0;
  let next = step;
  buckets.forEach((bucket, i) => {
    const upTo = before + bucket.count;
    const first = i === 0;
    const last = i === buckets.length - 1;
    const ofTail = tail.some((t) => before < t && upTo >= t);
    if (first || last || upTo >= next || ofTail) {
      points.push({ ms: roundSignificant(bucket.high), share: roundSignificant(upTo / total) });
      while (next <= upTo) next += step;
    }
    before = upTo;
  });
  return { endpoint, arm, points };
}
