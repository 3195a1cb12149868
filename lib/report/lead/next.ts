import type { LeadLine } from '@/lib/contracts/lead';
import type { Recommendation } from '@/lib/contracts/recommendation';
import type { ReportDocument } from '@/lib/contracts/report';
import { counted } from '@/lib/prove/verdict/format';
import { openFindings } from '../score';
import { firstLines, type Judged } from './gains';

type Facts = Pick<ReportDocument, 'findings' | 'changes' | 'cannotCheck' | 'recommendations'>;

const order = { critical: 0, high: 1, medium: 2, low: 3 } as const;
const words = { critical: 'Critical', high: 'Serious', medium: 'Worth doing', low: 'Minor' } as const;

/**
 * What is open: problems without a remedy in place, work that was recommended, trials that decided nothing, checks that could not
 * be made.
 */
export function nextLines(report: Facts, judged: readonly Judged[]): LeadLine[] {
  const open = openFindings(report).toSorted((a, b) => order[a.severity] - order[b.severity]);
  const findings = open.map((f) => ({
    text: `${words[f.severity]}: ${ended(f.title)} ${f.optimizations.length > 0 ? 'A remedy can be tried.' : 'It needs a person.'}`,
    trial: null,
  }));
  const undecided = judged
    .filter((t) => t.kind === 'change' && t.verdict.verdict === 'inconclusive')
    .map((t) => ({ text: again(t), trial: t.id }));
  const unchecked = report.cannotCheck.length;
  const checks = {
    text: `${counted(unchecked, 'check')} could not be made; the full report says what would let ${unchecked === 1 ? 'it' : 'them'}.`,
    trial: null,
  };
  const lines = [
    ...firstLines(findings),
    ...firstLines(recommended(report)),
    ...firstLines(undecided),
    ...(unchecked > 0 ? [checks] : []),
  ];
  return lines.length > 0 ? lines : [{ text: 'No problem that was found is open.', trial: null }];
}

const when: Record<Recommendation['horizon'], string> = {
  now: 'Now',
  weeks: 'In the next two weeks',
  months: 'In the next three months',
};

/** Work for people that is not done, or was said to be done and is still asked for; soonest first. */
function recommended({ recommendations = [] }: Facts): LeadLine[] {
  const horizons = Object.keys(when);
  return recommendations
    .filter((r) => r.state !== 'done' || r.check === 'there')
    .toSorted((a, b) => horizons.indexOf(a.horizon) - horizons.indexOf(b.horizon))
    .map((r) => ({ text: `${when[r.horizon]}: ${ended(r.title)}${stateText(r)}`, trial: null }));
}

function stateText({ state }: Recommendation): string {
  if (state === 'planned') return ' It is planned.';
  return state === 'done' ? ' It was said to be done, and what asked for it is still measured.' : '';
}

function again({ title, verdict }: Judged): string {
  const needed = verdict.roundsNeeded;
  return needed === null
    ? `${title}: not decided. Try it again under more load.`
    : `${title}: not decided. About ${counted(needed, 'round')} would likely decide it.`;
}

const ended = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
