import type { Metric } from '@/lib/contracts/trial-record';
import type { Outcome } from '@/lib/contracts/verdict';
import type { Comparison } from './comparison';
import { outcomeOf } from './outcome';
import { meanOfValues, type RoundValues } from './round-values';
import type { Table } from './table';

/**
 * The higher bar of a separated trial: gives why a shown difference does not stand, or null. It stands only if
 * 1. the figures themselves, not divided by the control's, show a difference the same way (unadjusted p), and
 * 2. its interval clears the control's own drift: the bound nearest to no effect lies farther out than the farthest
 *    bound of the control's before/after, in either direction. A load that moved the control that far may have
 *    moved this endpoint as far again.
 */
export function controlCheck(table: Table, control: readonly string[], margin: number) {
  const drift = new Map<Metric, number>();
  const driftOf = (metric: Metric): number => {
    const known = drift.get(metric);
    if (known !== undefined) return known;
    const values = meanOfValues(control.map((endpoint) => table.values(endpoint, metric)));
    const own = table.compareRaw(values, metric, 'control');
    const farthest = own ? Math.max(Math.abs(own.low), Math.abs(own.high)) : Number.POSITIVE_INFINITY;
    drift.set(metric, farthest);
    return farthest;
  };
  return (comparison: Comparison, values: RoundValues, outcome: Outcome): string | null => {
    if (outcome !== 'improved' && outcome !== 'regressed') return null;
    const { metric } = comparison;
    if (metric === 'errors') return null;
    const raw = table.compareRaw(values, metric, 'raw');
    if (!raw || outcomeOf(raw, raw.p, margin) !== outcome) {
      return 'the figures before and after do not agree with their ratio to the control';
    }
    const nearest = comparison.high < 0 ? -comparison.high : comparison.low;
    return nearest > driftOf(metric)
      ? null
      : 'the control itself, which the change cannot touch, may have changed as much between the two halves';
  };
}
