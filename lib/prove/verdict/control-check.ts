import type { Outcome } from '@/lib/contracts/verdict';
import type { GoalValues } from './goal-values';
import { outcomeOf } from './outcome';
import { meanOfValues } from './round-values';
import type { Table } from './table';

/**
 * The higher bar of a separated trial. `outcome` is the one relative to the control; it stands only if the
 * endpoint's own before/after agrees with it and the control, which the change cannot touch, did not itself
 * move by the same rule (unadjusted p). Returns why it does not stand, or null.
 */
export function whyNotTrusted(
  table: Table,
  goal: GoalValues,
  control: readonly string[],
  outcome: Outcome,
  margin: number,
): string | null {
  if (outcome !== 'improved' && outcome !== 'regressed') return null;
  const own = table.compareRaw(goal.values, goal.metric, 'goal, raw');
  const ownOutcome = own ? outcomeOf(own, own.p, margin) : 'inconclusive';
  if (ownOutcome !== outcome)
    return 'the figures before and after do not agree with the ratio to the control';
  if (goal.metric === 'errors') return null;
  const values = meanOfValues(control.map((endpoint) => table.values(endpoint, goal.metric)));
  const drift = table.compareRaw(values, goal.metric, 'control');
  const drifted = drift ? outcomeOf(drift, drift.p, margin) : 'inconclusive';
  return drifted === 'improved' || drifted === 'regressed'
    ? 'the control itself changed between the two halves'
    : null;
}
