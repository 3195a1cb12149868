import type { MetricName } from '@/lib/contracts/metrics';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Vitals are collected this often, ms. */
export const vitalsEveryMs = 5 * second;
/** Heavy reads, ms. */
export const heavyEveryMs = 60 * second;

/** A table of samples or roll-ups: how long one partition is, and how long they are kept (DESIGN, Store). */
export interface Level {
  table: 'sample' | 'packed' | 'rollup_1m' | 'rollup_1h';
  /** Length of one bucket, ms; 0 for samples as they came. */
  bucketMs: number;
  partition: 'hour' | 'day' | 'month';
  keepMs: number;
}

export const raw: Level = { table: 'sample', bucketMs: 0, partition: 'hour', keepMs: 48 * hour };
/** The samples of hours that are over, one row a series and hour; read together with `raw`. */
export const packed: Level = { table: 'packed', bucketMs: 0, partition: 'day', keepMs: raw.keepMs };
export const perMinute: Level = { table: 'rollup_1m', bucketMs: minute, partition: 'day', keepMs: 30 * day };
export const perHour: Level = { table: 'rollup_1h', bucketMs: hour, partition: 'month', keepMs: 400 * day };
export const levels: readonly Level[] = [raw, packed, perMinute, perHour];

/** Metrics that come with the heavy reads. */
const heavyMetrics: readonly MetricName[] = [
  'pg.size',
  'pg.statement_calls',
  'pg.statement_time',
  'pg.statement_latency',
  'pg.table_size',
];

/** Metrics that come with every third reading of vitals where a server has many statements, else with each. */
const sumsOfStatements: readonly MetricName[] = ['pg.database_time', 'pg.statement_mean', 'pg.ratchet_time'];

/** How often a metric is measured at least, ms. */
export function intervalOf(metric: MetricName): number {
  if (heavyMetrics.includes(metric)) return heavyEveryMs;
  return sumsOfStatements.includes(metric) ? 3 * vitalsEveryMs : vitalsEveryMs;
}

/** Longer than this without a sample, ms, and it is a gap: two missed collections, and half of one for jitter. */
export function gapAfter(metric: MetricName): number {
  return 2.5 * intervalOf(metric);
}
