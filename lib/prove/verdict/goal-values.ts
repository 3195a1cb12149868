import type { Metric } from '@/lib/contracts/trial-record';
import { meanOfValues, type RoundValues } from './round-values';
import type { Subjects } from './subjects';
import type { Table } from './table';

export interface GoalValues {
  metric: Metric;
  values: RoundValues;
  /** Endpoints it is made of. */
  over: string[];
}

/**
 * What the verdict is on: the goal's metric, or without a goal the geometric mean of the p50 over the
 * endpoints that were measured in the most rounds (all of them, as a rule), so that every round averages the same ones.
 */
export function goalValues(table: Table, subjects: Subjects, metric: Metric): GoalValues {
  const named = subjects.goal ?? subjects.only;
  if (named !== null) return { metric, values: table.values(named, metric), over: [named] };
  const each = subjects.guards.map((endpoint) => ({ endpoint, values: table.values(endpoint, metric) }));
  const most = Math.max(...each.map((e) => table.coverage(e.values)));
  const chosen = each.filter((e) => table.coverage(e.values) === most);
  return { metric, values: meanOfValues(chosen.map((e) => e.values)), over: chosen.map((e) => e.endpoint) };
}
