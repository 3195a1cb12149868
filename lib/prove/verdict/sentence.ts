import type { Metric } from '@/lib/contracts/trial-record';
import type { Outcome } from '@/lib/contracts/verdict';
import { counted, listed, plain, plainP, points } from './format';
import { errorMargin, LEAST_ROUNDS } from './outcome';

export interface SentenceFacts {
  outcome: Outcome;
  metric: Metric;
  /** Endpoint, or null for the geometric mean over `over` endpoints. */
  goal: string | null;
  over: number;
  ratio: number;
  low: number;
  high: number;
  p: number;
  adjustedP: number;
  rounds: number;
  voidRounds: number;
  voidWhy: string | null;
  interleaved: boolean;
  /** An A/A trial: both arms are the same. */
  unchanged: boolean;
  intervalsDisagree: boolean;
  margin: number;
  /** The goal alone, before guards had their say. */
  goalOutcome: Outcome;
  harmed: readonly string[];
  /** Endpoints that were measured before and hardly after. */
  lost: readonly string[];
  distrusted: string | null;
  guards: number;
  roundsNeeded: number | null;
}

/** The verdict in plain words, from its own figures only. */
export function sentenceOf(f: SentenceFacts): string {
  const parts = f.rounds < LEAST_ROUNDS ? tooFew(f) : [effect(f), ...consequence(f)];
  if (f.intervalsDisagree && f.rounds >= LEAST_ROUNDS) {
    parts.push('A bootstrap over the rounds gives a clearly different interval: take this one with care.');
  }
  if (f.voidRounds > 0) {
    parts.push(`${counted(f.voidRounds, 'round')} did not count${f.voidWhy ? ` (${f.voidWhy})` : ''}.`);
  }
  return parts.join(' ');
}

function tooFew(f: SentenceFacts): string[] {
  const has =
    f.rounds === 0
      ? 'No round counts'
      : `Only ${counted(f.rounds, 'round')} ${f.rounds === 1 ? 'counts' : 'count'}`;
  return [`${has}, and fewer than ${LEAST_ROUNDS} give no verdict.`];
}

function effect(f: SentenceFacts): string {
  const kind = f.interleaved ? 'interleaved' : 'separate (not interleaved)';
  const design = `over ${f.rounds} ${kind} rounds${f.interleaved ? '' : ' a side, relative to the control'}, ${plainP(f.p)}`;
  if (f.metric === 'errors') {
    const range = `95 % interval ${points(f.low)} to ${points(f.high)}`;
    return `${arm(f)} the error rate of ${f.goal} differs by ${points(f.ratio)} (${range}) ${design}.`;
  }
  const range = `95 % interval ${plain(f.low)} to ${plain(f.high)}`;
  return `${arm(f)} ${subject(f)} is ${plain(f.ratio)} of what it was (${range}) ${design}.`;
}

const arm = (f: SentenceFacts) => (f.unchanged ? 'With nothing changed,' : 'After the change');

function subject(f: SentenceFacts): string {
  const name = { p50: 'median', p95: '95th percentile', throughput: 'throughput', errors: 'error rate' }[
    f.metric
  ];
  return f.goal === null
    ? `the geometric mean of the medians of ${f.over} endpoints`
    : `the ${name} of ${f.goal}`;
}

function consequence(f: SentenceFacts): string[] {
  if (f.harmed.length > 0) {
    const goal = f.goalOutcome === 'improved' ? 'Even so it counts as regressed: ' : '';
    const others = f.harmed.filter((name) => name !== f.goal || f.goalOutcome !== 'regressed');
    const worse = others.length > 0 ? `${listed(others)} got worse.` : '';
    return [`${goal}${worse}`].filter((text) => text !== '');
  }
  switch (f.outcome) {
    case 'improved':
      return f.guards > 0 ? ['No other endpoint was shown to have got slower.'] : [];
    case 'no-difference': {
      const margin =
        f.metric === 'errors'
          ? `${plain(errorMargin(f.margin) * 100)} percentage points`
          : `${plain(f.margin * 100)} %`;
      return [`The whole interval lies within the margin of ±${margin}: no difference that matters.`];
    }
    case 'regressed':
      return ['It got worse.'];
    default:
      return [whyOpen(f), further(f)].filter((text) => text !== '');
  }
}

function whyOpen(f: SentenceFacts): string {
  if (f.distrusted !== null) return `That decides nothing, because ${f.distrusted}.`;
  if (f.lost.length > 0)
    return `That decides nothing, because ${listed(f.lost)} answered in too few rounds after the change.`;
  const beyond = f.metric === 'errors' ? f.low > 0 || f.high < 0 : f.low > 1 || f.high < 1;
  if (beyond) return `Corrected for all comparisons made, ${plainP(f.adjustedP)} is not enough to decide.`;
  return 'That is neither a shown difference nor shown to be none.';
}

function further(f: SentenceFacts): string {
  if (f.distrusted !== null || f.lost.length > 0 || f.roundsNeeded === null) return '';
  return `About ${f.roundsNeeded} rounds would likely decide it.`;
}
