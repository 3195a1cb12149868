import type { Arm, Metric } from '@/lib/contracts/trial-record';
import type { SegmentMeasure } from './measure';
import type { Round } from './rounds';

/** The clock's resolution, ms: a latency of 0 is one below it, and has no logarithm. */
const LEAST_MS = 0.001;

/**
 * The value of one metric of one endpoint in one arm of one round, or null when it was not measured there.
 * p50, p95: mean over the arm's segments of ln(quantile). The arm's segments weigh the same, so that in an
 * ABBA round a steady drift cancels exactly; pooling their requests would let the faster segment weigh more.
 * throughput: ln(requests ÷ seconds) over the arm. errors: failed ÷ all requests of the arm, 0…1.
 */
export function armValue(
  segments: readonly SegmentMeasure[],
  endpoint: string,
  metric: Metric,
): number | null {
  let requests = 0;
  let errors = 0;
  let ms = 0;
  let logs = 0;
  let filled = 0;
  for (const segment of segments) {
    const measure = segment.endpoints.get(endpoint);
    ms += measure?.durationMs ?? segment.durationMs;
    if (!measure || measure.requests === 0) continue;
    requests += measure.requests;
    errors += measure.errors;
    filled++;
    if (metric === 'p50' || metric === 'p95') logs += Math.log(Math.max(measure[metric], LEAST_MS));
  }
  if (requests === 0) return null;
  if (metric === 'throughput') return Math.log((requests * 1000) / ms);
  return metric === 'errors' ? errors / requests : logs / filled;
}

/** Values of both arms over the rounds; paired designs use the rounds that have both. */
export interface RoundValues {
  before: (number | null)[];
  after: (number | null)[];
}

export function roundValues(rounds: readonly Round[], endpoint: string, metric: Metric): RoundValues {
  const of = (arm: Arm) => rounds.map((round) => armValue(round[arm], endpoint, metric));
  return { before: of('before'), after: of('after') };
}

/** Round by round the mean over several endpoints (of logarithms: their geometric mean); null where one is missing. */
export function meanOfValues(parts: readonly RoundValues[]): RoundValues {
  const length = parts[0]?.before.length ?? 0;
  const of = (arm: Arm) =>
    Array.from({ length }, (_, r) => {
      let sum = 0;
      for (const part of parts) {
        const value = part[arm][r] ?? null;
        if (value === null) return null;
        sum += value;
      }
      return sum / parts.length;
    });
  return { before: of('before'), after: of('after') };
}

/** Round by round `values` minus `reference`; null where either is missing. */
export function relativeTo(values: RoundValues, reference: RoundValues): RoundValues {
  const of = (arm: Arm) =>
    values[arm].map((value, r) => {
      const base = reference[arm][r] ?? null;
      return value === null || base === null ? null : value - base;
    });
  return { before: of('before'), after: of('after') };
}

/** How many rounds have a value in both arms. */
export function pairedRounds(values: RoundValues): number {
  return values.before.filter((value, r) => value !== null && (values.after[r] ?? null) !== null).length;
}

export function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}
