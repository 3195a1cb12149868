import type { Metric } from '@/lib/contracts/trial-record';
import type { Comparison } from './comparison';
import { LEAST_ROUNDS } from './outcome';
import { meanOfValues, type RoundValues } from './round-values';
import type { Subjects } from './subjects';
import type { Table } from './table';

/** Name under which the error-rate guard appears among the harmed. */
export const ERROR_GUARD = 'error rate';

export interface Guard {
  endpoint: string;
  values: RoundValues;
  comparison: Comparison;
}

/** Guards are watched on the goal's quantile; where the goal is throughput or errors, on the median. */
export function guardMetric(goal: Metric): Metric {
  return goal === 'p95' ? 'p95' : 'p50';
}

/** The guards that could be compared at all. */
export function guardsOf(table: Table, subjects: Subjects, goal: Metric): Guard[] {
  const metric = guardMetric(goal);
  return subjects.guards.flatMap((endpoint) => {
    const values = table.values(endpoint, metric);
    const comparison = table.compare(values, metric, endpoint);
    return comparison ? [{ endpoint, values, comparison }] : [];
  });
}

/**
 * The error rate as one guard: the mean over the endpoints of their rate difference, so that neither a busier
 * endpoint nor a shift of the mix hides one that began to fail. The goal's own rate is left out when it is the goal.
 */
export function errorGuardOf(table: Table, subjects: Subjects, goal: Metric): Comparison | null {
  const own = goal === 'errors' ? (subjects.goal ?? subjects.only) : null;
  const watched = subjects.endpoints.filter((name) => !subjects.control.includes(name) && name !== own);
  const each = watched.map((endpoint) => table.values(endpoint, 'errors'));
  const most = Math.max(0, ...each.map((values) => table.coverage(values)));
  const measured = each.filter((values) => most > 0 && table.coverage(values) === most);
  return measured.length === 0 ? null : table.compareRaw(meanOfValues(measured), 'errors', ERROR_GUARD);
}

/** Guards that were measured in enough rounds before the change and in too few after it. */
export function lostGuards(table: Table, subjects: Subjects, goal: Metric): string[] {
  return subjects.guards.filter((endpoint) => {
    const values = table.values(endpoint, guardMetric(goal));
    const before = values.before.filter((value) => value !== null).length;
    return before >= LEAST_ROUNDS && table.coverage(values) < LEAST_ROUNDS;
  });
}
