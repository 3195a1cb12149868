import type { Metric, TrialRecord } from '@/lib/contracts/trial-record';
import { type Comparison, comparePaired, compareSeparated } from './comparison';
import { meanOfValues, pairedRounds, type RoundValues, relativeTo, roundValues } from './round-values';
import type { Round } from './rounds';

/** Compares any endpoint and metric over the rounds that count. */
export interface Table {
  values(endpoint: string, metric: Metric): RoundValues;
  /** In the separated design relative to the control, where the metric is one of time. */
  compare(values: RoundValues, metric: Metric, name: string): Comparison | null;
  /** Never relative to the control. */
  compareRaw(values: RoundValues, metric: Metric, name: string): Comparison | null;
  /** Rounds in which these values could be compared. */
  coverage(values: RoundValues): number;
}

export function tableOf(record: TrialRecord, rounds: readonly Round[]): Table {
  const separated = record.design === 'separated';
  const values = (endpoint: string, metric: Metric) => roundValues(rounds, endpoint, metric);
  const compareRaw: Table['compareRaw'] = (given, metric, name) =>
    (separated ? compareSeparated : comparePaired)(given, metric, record.seed, name);
  return {
    values,
    compareRaw,
    compare: (given, metric, name) => {
      if (!separated || metric === 'errors') return compareRaw(given, metric, name);
      const control = meanOfValues(record.control.map((endpoint) => values(endpoint, metric)));
      const relative = compareRaw(relativeTo(given, control), metric, name);
      const raw = compareRaw(given, metric, name);
      // The figures shown are the endpoint's own; the effect is the one relative to the control.
      return relative && raw ? { ...relative, before: raw.before, after: raw.after } : null;
    },
    coverage: (given) =>
      separated
        ? Math.min(
            given.before.filter((v) => v !== null).length,
            given.after.filter((v) => v !== null).length,
          )
        : pairedRounds(given),
  };
}
