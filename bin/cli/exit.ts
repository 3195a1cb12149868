import type { Outcome } from '@/lib/contracts/verdict';

/** Exit codes of every command. */
export const exit = { fine: 0, failed: 1, usage: 2, inconclusive: 3, cancelled: 130 } as const;

/** Of several verdicts the worst counts: a regression fails, else anything inconclusive is said. */
export function exitOf(outcomes: readonly Outcome[]): number {
  if (outcomes.includes('regressed')) return exit.failed;
  return outcomes.includes('inconclusive') ? exit.inconclusive : exit.fine;
}

/** Told the exit code by a command's action. */
export type Run = (code: number) => void;
