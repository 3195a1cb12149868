import type { LeadBar, LeadLine } from '@/lib/contracts/lead';
import type { ReportDocument, ReportTrial } from '@/lib/contracts/report';
import type { EndpointVerdict, Verdict } from '@/lib/contracts/verdict';
import { amount, gainText, metricInWords } from './gain';
import { inWords } from './names';

export type Judged = ReportTrial & { verdict: Verdict };

/** Bars and lines beyond this many are in the full report. */
export const mostLines = 6;

/** The trials of changes, and of all kept changes together, that came to a verdict. */
export function judgedTrials({ trials }: Pick<ReportDocument, 'trials'>): Judged[] {
  return trials.flatMap((t) => (t.verdict && t.kind !== 'aa' ? [{ ...t, verdict: t.verdict }] : []));
}

/** What says how the stack does now: the trial of all kept changes, else those of the changes that stayed. */
export function decisive(judged: readonly Judged[]): Judged[] {
  const overall = judged.findLast((t) => t.kind === 'overall');
  return overall ? [overall] : judged.filter((t) => t.decision === 'kept');
}

interface Measured {
  trial: Judged;
  endpoint: EndpointVerdict;
}

/** Every endpoint once, as its last deciding trial has it; controls are no result. */
function measuredIn(trials: readonly Judged[]): Measured[] {
  const last = new Map<string, Measured>();
  for (const trial of trials) {
    for (const endpoint of trial.verdict.endpoints) {
      if (endpoint.role !== 'control') last.set(endpoint.endpoint, { trial, endpoint });
    }
  }
  return [...last.values()];
}

/** What was shown to have got faster, and what slower, the largest differences first. */
export function shownDifferences(trials: readonly Judged[]): { better: Measured[]; worse: Measured[] } {
  const all = measuredIn(trials);
  const size = ({ endpoint: e }: Measured) => {
    const { ratio } = e[e.metric];
    return e.metric === 'errors' ? Math.abs(ratio) : Math.abs(Math.log(Math.max(ratio, 1e-9)));
  };
  const of = (verdict: string) =>
    all.filter((m) => m.endpoint.verdict === verdict).toSorted((a, b) => size(b) - size(a));
  return { better: of('improved'), worse: of('regressed') };
}

/** "Reading /products took 42 ms and takes 16 ms now (half of the calls take less): between 2.1 and 2.6 times as fast." */
export function differenceLine({ trial, endpoint }: Measured, all: readonly string[]): LeadLine {
  const { metric } = endpoint;
  const effect = endpoint[metric];
  const name = inWords(endpoint.endpoint, all);
  const [before, after] = [amount(effect.before, metric), amount(effect.after, metric)];
  const gain = gainText(metric, effect);
  const text =
    metric === 'throughput'
      ? `${name}: ${before} before, ${after} now: ${gain}.`
      : metric === 'errors'
        ? `${name} failed in ${before} of all calls and fails in ${after} now: ${gain}.`
        : `${name} took ${before} and takes ${after} now (${metricInWords[metric]}): ${gain}.`;
  return { text, trial: trial.id };
}

/** Before and after of what was shown to have got faster; of error rates there is no bar. */
export function barsOf(better: readonly Measured[], all: readonly string[]): LeadBar[] {
  return better.slice(0, mostLines).flatMap(({ trial, endpoint }) => {
    const { metric } = endpoint;
    if (metric === 'errors') return [];
    const effect = endpoint[metric];
    return [
      {
        name: inWords(endpoint.endpoint, all),
        what: metricInWords[metric],
        unit: metric === 'throughput' ? ('requests/s' as const) : ('ms' as const),
        before: effect.before,
        after: effect.after,
        gain: gainText(metric, effect),
        trial: trial.id,
      },
    ];
  });
}

/** The first lines, and how many more there are. */
export function firstLines(lines: readonly LeadLine[]): LeadLine[] {
  const rest = lines.length - mostLines;
  if (rest <= 0) return [...lines];
  const more = `${rest === 1 ? 'One more is' : `${rest} more are`} in the full report.`;
  return [...lines.slice(0, mostLines), { text: more, trial: null }];
}

/** The effect of a whole trial: of its goal, or on average over its endpoints. */
export function trialGain({ verdict }: Judged): string {
  const gain = gainText(verdict.metric, verdict);
  if (verdict.goal !== null) return gain;
  const over = verdict.endpoints.filter((e) => e.role !== 'control').length;
  return over === 1 ? gain : `on average over ${over} kinds of calls ${gain}`;
}
