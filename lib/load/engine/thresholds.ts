import type { LoadMetric, LoadThreshold } from '../../contracts/load';
import { type LatencyHistogram, MS_PER_UNIT } from '../../stats/histogram';
import { quantileOfHistogram } from '../../stats/histogram-quantile';
import { keeps } from '../keeps';
import { metricUnit } from '../metric-words';
import type { SecondFigures } from './meter';

const shares: Partial<Record<LoadMetric, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/** A metric of some requests: ms, a share for errors, requests a second for throughput. Null when it was not measured. */
export function metricOf(
  metric: LoadMetric,
  of: { count: number; errors: number; histogram: LatencyHistogram },
  durationMs: number,
): number | null {
  if (metric === 'throughput') return (of.count * 1_000) / durationMs;
  if (of.count === 0) return null;
  if (metric === 'errors') return of.errors / of.count;
  if (metric === 'average') return of.histogram.mean * MS_PER_UNIT;
  return quantileOfHistogram(of.histogram, shares[metric] ?? 0.5) * MS_PER_UNIT;
}

/**
 * The thresholds that stop a run, told of each second. One is broken when every second for its whole hold broke it; a second
 * without any response breaks a bound on latency when nothing has come for longer than that bound.
 */
export class StopThresholds {
  readonly #watched: { threshold: LoadThreshold; brokenMs: number }[];

  constructor(thresholds: readonly LoadThreshold[]) {
    this.#watched = thresholds.filter((t) => t.stop).map((threshold) => ({ threshold, brokenMs: 0 }));
  }

  /** Why the run has to stop, in words; null when it may go on. */
  second(figures: SecondFigures): string | null {
    for (const watched of this.#watched) {
      const { threshold } = watched;
      const { metric, limit, endpoint, holdMs } = threshold;
      const value = metricOf(metric, figures.of(endpoint ?? null), figures.durationMs);
      const silent = value === null && metric !== 'errors' && endpoint === undefined && figures.gapMs > limit;
      const broken = value === null ? silent : !keeps(threshold, value);
      watched.brokenMs = broken ? watched.brokenMs + figures.durationMs : 0;
      if (watched.brokenMs < holdMs * 0.999) continue;
      const name = endpoint === undefined ? metric : `${metric} of ${endpoint}`;
      const bound = `${metric === 'throughput' ? 'below' : 'above'} ${metricUnit(metric, limit)}`;
      return `${name} was ${bound} for ${holdMs / 1_000} s${value === null ? '' : `, at last ${metricUnit(metric, value)}`}.`;
    }
    return null;
  }
}
