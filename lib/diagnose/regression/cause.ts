import type { StackMark } from '@/lib/contracts/marks';

/**
 * The mark nearest to a change of level: what was applied, rolled back, measured or loaded then. `stepMs` is the width of
 * one value of the figure: the time of the change is not known better, so what lies further than two steps away
 * explains nothing. Alerts are consequences, and the change's own trial and application are the gain itself. Pure.
 */
export function causeNear(
  at: number,
  stepMs: number,
  marks: readonly StackMark[],
  own: readonly string[],
): StackMark | null {
  let best: { mark: StackMark; away: number } | null = null;
  for (const mark of marks) {
    if (mark.kind === 'alert' || (own.includes(mark.path) && mark.kind !== 'rolled-back')) continue;
    const begin = Date.parse(mark.at);
    const end = mark.to === null ? begin : Date.parse(mark.to);
    // The level changed somewhere within the step that begins at `at`.
    const away = Math.max(0, begin - (at + stepMs), at - end);
    const changed = mark.kind === 'applied' || mark.kind === 'rolled-back';
    // What was changed stays; a load or a trial that passed by does not, unless nothing else is near.
    const rank = away + (changed ? 0 : stepMs);
    if (away <= 2 * stepMs && (best === null || rank < best.away)) best = { mark, away: rank };
  }
  return best?.mark ?? null;
}
