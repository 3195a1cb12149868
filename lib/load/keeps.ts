import type { LoadThreshold } from '../contracts/load';

/** True when a value keeps its threshold: a lower bound for throughput, an upper one for all else. */
export function keeps(threshold: LoadThreshold, value: number): boolean {
  return threshold.metric === 'throughput' ? value >= threshold.limit : value <= threshold.limit;
}
