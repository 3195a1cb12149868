import type { LoadKind } from '@/lib/contracts/load';
import type { Metric } from '@/lib/contracts/trial-record';
import { bytes } from '@/lib/diagnose/finding';
import { plain, points } from '@/lib/prove/verdict/format';

export const metricName: Record<Metric, string> = {
  p50: 'median',
  p95: 'p95',
  throughput: 'throughput',
  errors: 'error rate',
};

export const outcomeName: Record<string, string> = {
  improved: 'improved',
  'no-difference': 'no difference',
  regressed: 'regressed',
  inconclusive: 'inconclusive',
};

export const loadKindName: Record<LoadKind, string> = {
  ramp: 'ramp-up',
  spike: 'spike',
  stress: 'stress',
  endurance: 'endurance',
  rate: 'constant rate',
  replay: 'replay',
};

/** A value with its unit: "12.3 ms", "431 requests/s", "0.4 %" for a share. */
export function measured(value: number, unit: string): string {
  if (unit === 'share') return `${plain(value * 100)} %`;
  return unit === '' ? plain(value) : `${plain(value)} ${unit}`;
}

/** A measured fact of a finding with its unit: "25.3 GB", "47 %", "12.5 ms", "1,200". */
export function evidenceText(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'ratio') return `${plain(value * 100)} %`;
  return unit === '' ? value.toLocaleString('en-US') : `${plain(value, 4)} ${unit}`;
}

/** A ratio as such, a difference of rates in points. */
export function effect(value: number, metric: string): string {
  if (metric === 'errors') return points(value);
  return value >= 1e12 ? 'no bound' : plain(value);
}
