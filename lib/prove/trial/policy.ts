import type { Verdict } from '@/lib/contracts/verdict';

export type Decision = 'kept' | 'rolled-back';

/**
 * What happens to a change after its trial: it stays when it was shown to improve, or when it has another
 * `purpose` and was shown to make no difference in time; else it is put back.
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
      return { decision: 'rolled-back', why: unclear(verdict) };
  }
}

function harm(verdict: Verdict): string {
  if (verdict.harmed.length === 0) return 'Rolled back: the trial showed that it makes the goal worse.';
  return `Rolled back: the trial showed that it makes worse ${verdict.harmed.join(', ')}.`;
}

function unclear(verdict: Verdict): string {
  const more =
    verdict.roundsNeeded === null ? '' : ` About ${verdict.roundsNeeded} rounds would likely settle it.`;
  return `Rolled back: the trial could not show an improvement.${more}`;
}
