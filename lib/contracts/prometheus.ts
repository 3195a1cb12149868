import { type MetricName, metrics } from './metrics';

/** Base units as Prometheus has them: seconds for times. What the unit says goes into the name. */
const conversions: Record<string, { factor: number; suffix: string }> = {
  ms: { factor: 0.001, suffix: '_seconds' },
  bytes: { factor: 1, suffix: '_bytes' },
  'bytes/s': { factor: 1, suffix: '_per_second' },
  '/s': { factor: 1, suffix: '_per_second' },
  's/s': { factor: 1, suffix: '_ratio' },
  cores: { factor: 1, suffix: '_cores' },
};

/** Name of a metric on Ratchet's page for Prometheus: `http.p95` in ms becomes `ratchet_http_p95_seconds`. */
export function prometheusName(metric: MetricName): string {
  const { suffix } = conversions[metrics[metric].unit] ?? { suffix: '' };
  const name = metric.replaceAll('.', '_');
  return `ratchet_${name}${name.endsWith(suffix) ? '' : suffix}`;
}

/** What a value of a metric is multiplied by on that page. */
export function prometheusFactor(metric: MetricName): number {
  return conversions[metrics[metric].unit]?.factor ?? 1;
}

/** What a metric's own label is called there: containers, endpoints, statements, tables. */
export function prometheusLabel(metric: MetricName): string {
  if (metric.startsWith('docker.')) return 'container';
  if (metric.startsWith('pg.statement_')) return 'queryid';
  if (metric.startsWith('pg.replica_')) return 'replica';
  if (metric === 'pg.slot_retained') return 'slot';
  return metric === 'pg.table_size' ? 'table' : 'endpoint';
}
