import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { WorkloadStatement } from '../types';
import { leastCost } from './costing';

/** What a set of indexes is to be good for. */
export interface Goal {
  /** Weight of a statement, 0..1. */
  share(item: WorkloadStatement): number;
  /** Worth of bringing a statement from one cost to another; additive over steps. `base` is its cost now. */
  worth(base: number, from: number, to: number): number;
}

/** Below this a statement is as fast as matters, and what is left is not the plan's. */
const floored = (cost: number) => Math.max(leastCost, cost);

/** Least total time: a statement counts by its share of database time, a saving by the part of that time. */
export function leastTime(snapshot: PostgresSnapshot): Goal {
  const total = Math.max(snapshot.statementsTotalMs, 1e-9);
  return {
    share: ({ statement, share }) => share ?? Math.min(1, statement.totalMs / total),
    worth: (base, from, to) => (floored(from) - floored(to)) / floored(base),
  };
}

/**
 * For statements whose frequency is not known: each counts the same, and by the factor it gets faster (the sum
 * of logarithms, so that the geometric mean is what grows).
 */
export function eachTheSame(count: number): Goal {
  return {
    share: () => 1 / Math.max(1, count),
    worth: (_base, from, to) => Math.log(floored(from) / floored(to)),
  };
}
