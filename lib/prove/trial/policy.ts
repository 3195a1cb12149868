import type { Verdict } from '@/lib/contracts/verdict';
import { ALPHA, LEAST_ROUNDS } from '../verdict/outcome';

export type Decision = 'kept' | 'rolled-back';

/**
 * What happens to a change after its trial: it stays when it was shown to improve, or when it has another
 * `purpose` and was shown to make time no worse; else it is put back.
 */
export function decide(verdict: Verdict, purpose?: string): { decision: Decision; why: string } {
  switch (verdict.verdict) {
    case 'improved':
      return {
        decision: 'kept',
        why: 'Kept: the trial showed an improvement and no guard was shown to have regressed.',
      };
    case 'no-difference':
      if (purpose !== undefined)
        return {
          decision: 'kept',
          why: `Kept: it is there ${purpose}, and the trial showed no difference in time that matters.`,
        };
      return { decision: 'rolled-back', why: 'Rolled back: the trial showed no difference that matters.' };
    case 'regressed':
      return { decision: 'rolled-back', why: harm(verdict) };
    case 'inconclusive':
      if (purpose !== undefined && isNoWorse(verdict))
        return {
          decision: 'kept',
          why: `Kept: it is there ${purpose}, and the trial showed that time gets no worse by more than ${percent(verdict.margin)}.`,
        };
      return { decision: 'rolled-back', why: unclear(verdict) };
  }
}

/**
 * Non-inferiority: the whole interval of the ratio lies below 1 + margin, whatever it may gain (ICH E9, 3.3.2; the upper one
 * of the two one-sided tests by which no difference is shown). Only of interleaved rounds, which need no control to be
 * trusted, and not where the goal improved and yet the trial was inconclusive: a guard was not measured then.
 */
function isNoWorse({ interleaved, rounds, metric, high, margin, adjustedP = 1 }: Verdict): boolean {
  if (!interleaved || rounds < LEAST_ROUNDS || metric === 'throughput' || metric === 'errors') return false;
  return high <= 1 + margin && !(high < 1 && adjustedP < ALPHA);
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

function harm(verdict: Verdict): string {
  if (verdict.harmed.length === 0) return 'Rolled back: the trial showed that it makes the goal worse.';
  return `Rolled back: the trial showed that it makes worse ${verdict.harmed.join(', ')}.`;
}

function unclear(verdict: Verdict): string {
  const more =
    verdict.roundsNeeded === null ? '' : ` About ${verdict.roundsNeeded} rounds would likely settle it.`;
  return `Rolled back: the trial could not show an improvement.${more}`;
}
