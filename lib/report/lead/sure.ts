import type { LeadLine } from '@/lib/contracts/lead';
import type { ReportDocument } from '@/lib/contracts/report';
import { counted, plain } from '@/lib/prove/verdict/format';
import { firstLines, type Judged } from './gains';

/** How much the figures bear: rounds, chance, the noise of the machine, and what a range means. */
export function sureLines(report: Pick<ReportDocument, 'trials'>, decisive: readonly Judged[]): LeadLine[] {
  const lines = decisive.map((trial) => ({ text: chance(trial), trial: trial.id }));
  if (lines.length === 0) return [{ text: 'Nothing that stayed in place was measured.', trial: null }];
  const ranges = {
    text: 'Each "between … and …" is a 95 % interval: ranges made this way miss the true value about once in 20 times.',
    trial: null,
  };
  return [...firstLines(lines), ranges, ...noiseLine(report)];
}

function chance({ title, verdict }: Judged): string {
  const { rounds, interleaved, adjustedP, p } = verdict;
  const how = interleaved
    ? `Measured in ${counted(rounds, 'round')}, the old and the new state in turns`
    : `Measured in ${counted(rounds, 'round')} each of the old and the new state, one after the other, beside a control that the change cannot touch: less sure than in turns`;
  const decided = adjustedP ?? p;
  const odds = decided < 0.0001 ? 'less than once in 10,000 times' : `about once in ${oneIn(decided)} times`;
  return decided < 0.05
    ? `${title}: ${how}. Without any effect such a difference would come up by chance ${odds}.`
    : `${title}: ${how}. Such a difference can well be chance.`;
}

/** The whole number of trials nearest to one such chance, three digits of it. */
const oneIn = (p: number) => plain(Math.round(1 / p));

function noiseLine({ trials }: Pick<ReportDocument, 'trials'>): LeadLine[] {
  const noise = trials.flatMap((t) => (t.noise ? [t.noise] : [])).at(-1);
  if (!noise || noise.rejected || !Number.isFinite(noise.halfWidth) || noise.halfWidth >= 10) return [];
  return [
    {
      text: `With nothing changed, the same measurement was uncertain by ±${plain(noise.halfWidth * 100, 2)} %: smaller differences cannot be seen on this machine.`,
      trial: noise.trialId,
    },
  ];
}

/** Why a reader should hesitate, or null. */
export function cautionOf(
  report: Pick<ReportDocument, 'trials'>,
  decisive: readonly Judged[],
): string | null {
  if (report.trials.some((t) => t.noise?.rejected))
    return 'With nothing changed the measurement found a difference all the same. Take the figures with care and repeat on a quieter machine.';
  if (decisive.some((t) => t.verdict.endpoints.some((e) => e[e.metric].intervalsDisagree)))
    return 'Two ways to compute an interval disagree for some of the figures: take their ranges with care.';
  return null;
}
