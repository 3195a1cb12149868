import type { LeadLine, LeadView } from '@/lib/contracts/lead';
import type { ReportDocument } from '@/lib/contracts/report';
import { counted } from '@/lib/prove/verdict/format';
import { costLines } from './cost';
import {
  barsOf,
  decisive as decisiveOf,
  differenceLine,
  firstLines,
  type Judged,
  judgedTrials,
  shownDifferences,
  trialGain,
} from './gains';
import { loadPart } from './load';
import { nextLines } from './next';
import { cautionOf, sureLines } from './sure';

/**
 * The reading view of a report: what got faster for whom, by how much, how sure that is, what it cost and what is next,
 * in sentences made from the document by fixed rules. Pure. It holds no figure that the document does not.
 */
export function leadView(report: ReportDocument): LeadView {
  const judged = judgedTrials(report);
  const decisive = decisiveOf(judged);
  const names = [...new Set(judged.flatMap((t) => t.verdict.endpoints.map((e) => e.endpoint)))];
  const { better, worse } = shownDifferences(decisive);
  const lines = (of: typeof better) => firstLines(of.map((m) => differenceLine(m, names)));
  return {
    headline: headline(report, judged, decisive),
    caution: cautionOf(report, decisive),
    bars: barsOf(better, names),
    parts: [
      { title: 'What got faster', lines: better.length > 0 ? lines(better) : [said(none(decisive))] },
      {
        title: 'What got slower',
        lines: worse.length > 0 ? lines(worse) : [said(noneWorse(decisive))],
      },
      { title: 'What was done', lines: doneLines(judged) },
      ...loadPart(report),
      { title: 'How sure this is', lines: sureLines(report, decisive) },
      { title: 'What it cost', lines: costLines(report, decisive, names) },
      { title: 'What is next', lines: nextLines(report, judged) },
    ],
  };
}

const said = (text: string): LeadLine => ({ text, trial: null });

const none = (decisive: readonly Judged[]) =>
  decisive.length > 0
    ? 'Nothing was shown to have got faster.'
    : 'Nothing: no change stayed in place that was measured.';

const noneWorse = (decisive: readonly Judged[]) =>
  decisive.length > 0
    ? 'Nothing that was measured was shown to have got slower.'
    : 'Nothing: no change stayed in place that was measured.';

function headline(report: ReportDocument, judged: readonly Judged[], decisive: readonly Judged[]): string {
  const tried = judged.filter((t) => t.kind === 'change');
  const kept = tried.filter((t) => t.decision === 'kept');
  if (tried.length === 0) {
    const loads = (report.loadTests ?? []).filter((t) => t.figures !== null).length;
    const done =
      loads > 0
        ? `Nothing was changed; the service was measured in ${counted(loads, 'load test')}.`
        : 'Nothing was changed or measured.';
    return `${done} ${counted(report.findings.length, 'problem')} found.`;
  }
  if (kept.length === 0)
    return `${counted(tried.length, 'change')} tried, none kept: ${tried.length === 1 ? 'it was not shown to help' : 'none was shown to help'}, and the stack is as it was.`;
  const count = `${kept.length} of ${counted(tried.length, 'change')} tried ${kept.length === 1 ? 'was' : 'were'} kept.`;
  const [overall] = decisive;
  if (overall?.kind !== 'overall')
    return kept.length === 1 && kept[0] ? `${count} What it is for: ${trialGain(kept[0])}.` : count;
  const { verdict } = overall.verdict;
  if (verdict === 'improved') return `${count} With all that was kept, ${trialGain(overall)}.`;
  if (verdict === 'regressed') return `${count} Together they make something slower: see below.`;
  if (verdict === 'no-difference') return `${count} Together they make no difference in time that matters.`;
  return `${count} What they do together could not be decided.`;
}

/** Each change that was tried, what it did, and whether it stayed. */
function doneLines(judged: readonly Judged[]): LeadLine[] {
  const tried = judged.filter((t) => t.kind === 'change');
  if (tried.length === 0) return [said('No change was tried.')];
  return firstLines(tried.map((t) => ({ text: `${t.title}: ${did(t)}`, trial: t.id })));
}

function did(trial: Judged): string {
  const { verdict } = trial;
  const fate =
    trial.decision === 'kept' ? 'Kept' : trial.decision === 'rolled-back' ? 'Taken back' : 'Not decided on';
  switch (verdict.verdict) {
    case 'improved':
      return `it helps, ${trialGain(trial)}. ${fate}.`;
    case 'regressed':
      return `it makes something slower. ${fate}.`;
    case 'no-difference':
      return `it makes no difference in time that matters. ${fate}.`;
    default:
      return verdict.rounds < 6
        ? `too little was measured for a verdict. ${fate}.`
        : `whether it helps could not be decided. ${fate}.`;
  }
}
