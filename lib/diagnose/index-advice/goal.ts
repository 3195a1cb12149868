import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { WorkloadStatement } from '../types';

/** What a set of indexes is to be good for. */
export interface Goal {
  /** Weight of a statement, 0..1. */
  share(item: WorkloadStatement): number;
  /** Worth of bringing a statement from one cost to another; additive over steps. `base` is its cost now. */
  worth(base: number, from: number, to: number): number;
}

/** Least total time: a statement counts by its share of database time, a saving by the part of that time. */
export function leastTime(snapshot: PostgresSnapshot): Goal {
  const total = Math.max(snapshot.statementsTotalMs, 1e-9);
  return {
    share: ({ statement }) => Math.min(1, statement.totalMs / total),
    worth: (base, from, to) => (from - to) / base,
  };
}

/**
 * For statements whose frequency is not known: each counts the same, and by the factor it gets faster (the sum
 * of logarithms, so that the geometric mean is what grows).
 */
export function eachTheSame(count: number): Goal {
  return {
    share: () => 1 / Math.max(1, count),
    worth: (_base, from, to) => Math.log(from / to),
  };
}
