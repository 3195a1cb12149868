import { AppError } from '@/lib/contracts/error';
import type { Arm, RecordSegment, TrialRecord } from '@/lib/contracts/trial-record';
import { countOf, quantileMs, readSamples, type Samples } from './samples';

/** One endpoint in one segment. Latencies in ms; NaN quantiles when it had no requests. */
export interface EndpointMeasure {
  requests: number;
  errors: number;
  p50: number;
  p95: number;
  /** How long it was under load. */
  durationMs: number;
  samples: Samples;
}

export interface SegmentMeasure {
  index: number;
  round: number;
  order: number;
  arm: Arm;
  durationMs: number;
  void: string | null;
  endpoints: Map<string, EndpointMeasure>;
}

/**
 * Reads every segment of a record, in time order. AppError bad-input, with the field, for two segments of
 * one `order`, more errors than requests, or a histogram that cannot be read.
 */
export function measureSegments(record: TrialRecord): SegmentMeasure[] {
  const orders = new Map<number, number>();
  const measured = record.segments.map((segment, index) => {
    const earlier = orders.get(segment.order);
    if (earlier !== undefined) {
      const field = `segments[${index}].order`;
      throw new AppError(
        'bad-input',
        `${field}: ${segment.order} is also the order of segments[${earlier}]`,
        { field },
      );
    }
    orders.set(segment.order, index);
    return measureSegment(segment, index);
  });
  return measured.sort((a, b) => a.order - b.order);
}

/** One segment; `index` is its place in the record, for error messages. */
export function measureSegment(segment: RecordSegment, index = 0): SegmentMeasure {
  const endpoints = new Map<string, EndpointMeasure>();
  for (const [name, given] of Object.entries(segment.endpoints)) {
    const field = `segments[${index}].endpoints[${JSON.stringify(name)}]`;
    const samples = readSamples(given, field);
    const requests = countOf(samples);
    if (given.errors > requests) {
      const message = `${field}.errors: ${given.errors} errors in ${requests} requests; failed requests are counted with a latency too`;
      throw new AppError('bad-input', message, { field: `${field}.errors` });
    }
    const p50 = quantileMs(samples, 0.5);
    const durationMs = given.durationMs ?? segment.durationMs;
    const p95 = quantileMs(samples, 0.95);
    endpoints.set(name, { requests, errors: given.errors, p50, p95, durationMs, samples });
  }
  const { round, order, arm, durationMs } = segment;
  return { index, round, order, arm, durationMs, void: segment.void ?? null, endpoints };
}
