import { medianOf, pettittTest } from '@/lib/stats/pettitt';

/**
 * A single look at a series is wrong in at most so many cases (lib/stats/pettitt, tests there). Stricter than the
 * customary 0.05, since every kept change is looked at again and again.
 */
const alpha = 0.01;
/** Fewest values on which anything is said, and fewest after the change: one odd value is no level. */
export const leastValues = 24;
const leastAfter = 6;
/** So much of the gain must be gone, on the scale of logarithms, on which gains add up. */
const lostShare = 0.5;
/** And the figure must be worse by more than a trial's practical margin (TrialSettings). */
const margin = 0.05;

export interface Slip {
  /** Index of the first value on the new level. */
  at: number;
  /** Medians before and since, in the unit of the figure. */
  before: number;
  since: number;
  p: number;
  /** Share of the gain that is gone, on the scale of logarithms; above 1: worse than before the change. */
  lost: number;
}

/**
 * Whether the figure that a kept change improved has slipped back. `values` are its means in equal steps since the
 * change was kept, gaps left out; `gain` the ratio after ÷ before that was measured, below 1 where `better` is lower. It has
 * slipped when its level changed for the worse, by more than the margin and half of the gain, and the newest values
 * are still there. Null when it has not, or when too little was measured. Pure.
 */
export function slipOf(values: readonly number[], gain: number, better: 'lower' | 'higher'): Slip | null {
  if (values.length < leastValues || !(gain > 0)) return null;
  const worse = (from: number, to: number) => Math.log(better === 'lower' ? to / from : from / to);
  const gained = Math.abs(Math.log(gain));
  const least = Math.max(Math.log(1 + margin), lostShare * gained);
  const found = pettittTest(values);
  if (found === null || found.p >= alpha || values.length - found.at < leastAfter) return null;
  const before = medianOf(values.slice(0, found.at));
  const since = medianOf(values.slice(found.at));
  const now = medianOf(values.slice(-leastAfter));
  if (!(before > 0) || !(since > 0) || !(now > 0)) return null;
  if (worse(before, since) < least || worse(before, now) < least) return null;
  return { at: found.at, before, since, p: found.p, lost: worse(before, since) / gained };
}

/**
 * What a figure gained by a change, after ÷ before, from its medians on both sides; null with fewer than six values on a side, or where it
 * did not get better by more than the margin: what was not gained cannot slip. Pure.
 */
export function gainOf(
  before: readonly number[],
  after: readonly number[],
  better: 'lower' | 'higher',
): number | null {
  if (before.length < leastAfter || after.length < leastAfter) return null;
  const ratio = medianOf(after) / medianOf(before);
  const gained = better === 'lower' ? 1 / ratio : ratio;
  return Number.isFinite(ratio) && ratio > 0 && gained > 1 + margin ? ratio : null;
}
