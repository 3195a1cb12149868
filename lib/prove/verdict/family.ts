import { holm } from '@/lib/stats/holm';
import { EXACT_UP_TO } from '@/lib/stats/sign-flip-test';
import type { Comparison } from './comparison';
import { ALPHA, LEAST_ROUNDS } from './outcome';

/**
 * Holm-adjusted p of the goal (first) and of each guard. What takes part and with which weight is fixed by
 * the design, not by how the figures came out:
 * 1. The goal weighs as much as all guards together, so that watching more guards does not cost the goal its power.
 * 2. Where, with so many rounds and guards, a guard could then never reach 0.05, all weigh the same.
 * 3. Where even that is out of reach, comparisons that cannot come out at all (fewer than six rounds that
 *    differ, such as error rates without an error) leave the family (Tarone 1990).
 * Comparisons on fewer than six rounds never take part; their adjusted p is 1.
 */
export function adjustFamily(goal: Comparison, guards: readonly Comparison[], separated: boolean): number[] {
  const all = [goal, ...guards];
  const enough = all.map((c) => c.rounds >= LEAST_ROUNDS);
  const guardCount = enough.slice(1).filter(Boolean).length;
  const least = smallestP(goal.rounds, separated);
  let takesPart = enough;
  let goalWeight = Math.max(1, guardCount);
  if (least * 2 * goalWeight >= ALPHA) {
    goalWeight = 1;
    if (least * (guardCount + 1) >= ALPHA) {
      takesPart = all.map((c, i) => enough[i] === true && c.informative >= LEAST_ROUNDS);
    }
  }
  const members = all.map((_, i) => i).filter((i) => takesPart[i]);
  const adjusted = holm(
    members.map((i) => all[i]?.p ?? 1),
    members.map((i) => (i === 0 ? goalWeight : 1)),
  );
  const result = all.map(() => 1);
  members.forEach((i, k) => {
    result[i] = adjusted[k] ?? 1;
  });
  return result;
}

/** The smallest p that `rounds` rounds can give: 2/2^R, or 2 over the number of splits. */
export function smallestP(rounds: number, separated: boolean): number {
  if (!separated) return rounds > EXACT_UP_TO ? 1 / 65_537 : 2 / 2 ** rounds;
  let splits = 1;
  for (let i = 1; i <= rounds; i++) splits = (splits * (rounds + i)) / i;
  return Math.max(2 / splits, 1 / 65_537);
}
