import type { LoadMetric, LoadThreshold } from '../contracts/load';

/** A value of a metric with its unit. */
export function metricUnit(metric: LoadMetric, value: number): string {
  if (metric === 'errors') return `${trim(value * 100)} %`;
  if (metric === 'throughput') return `${trim(value)} requests/s`;
  return `${trim(value)} ms`;
}

/** A threshold as it is written on the command line and shown: `p95 of GET / < 200 ms`. */
export function thresholdText({ metric, endpoint, limit }: LoadThreshold): string {
  const sign = metric === 'throughput' ? '≥' : '≤';
  return `${metric}${endpoint === undefined ? '' : ` of ${endpoint}`} ${sign} ${metricUnit(metric, limit)}`;
}

function trim(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
