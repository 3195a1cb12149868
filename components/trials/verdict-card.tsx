'use client';
import { cx } from '@/lib/client/cx';
import { durationText, figureText, percent, speedText } from '@/lib/client/format';
import type { TermId } from '@/lib/client/glossary';
import { metricWord } from '@/lib/client/words';
import type { TrialDetail } from '@/lib/contracts/trial';
import type { Effect, Outcome, Verdict } from '@/lib/contracts/verdict';
import { Term } from '../help/term';
import { Tag } from '../ui/tag';
import { DecisionTag, OutcomeTag } from '../ui/word-tag';
import { TrialActions } from './trial-actions';

const bigColor: Record<Outcome, string> = {
  improved: 'text-after',
  'no-difference': 'text-ink',
  regressed: 'text-bad',
  inconclusive: 'text-ink2',
};

const termOf = {
  p50: 'percentile',
  p95: 'percentile',
  throughput: 'throughput',
  errors: 'error-rate',
} as const satisfies Record<Verdict['metric'], TermId>;

/** The answer: how much, how sure, what was decided, and what can still be done about it. */
export function VerdictCard({ trial, verdict }: { trial: TrialDetail; verdict: Verdict }) {
  const aa = trial.kind === 'aa';
  return (
    <section
      id="verdict"
      aria-label="Verdict"
      className="mb-3 grid items-center gap-x-7 gap-y-4 rounded-[10px] border border-line bg-panel px-4 py-4 md:grid-cols-[auto_1fr_auto] md:px-5"
    >
      {aa ? <Noise trial={trial} /> : <Big verdict={verdict} />}
      <div className="min-w-0">
        <p className="mb-1.5 flex flex-wrap gap-1.5">
          {aa ? <Tag>A/A: nothing was changed</Tag> : <OutcomeTag outcome={verdict.verdict} />}
          {aa ? <Term id="a-a" /> : <Term id="verdict" />}
          {trial.decision && <DecisionTag decision={trial.decision} />}
          {!verdict.interleaved && <Tag tone="warn">not interleaved</Tag>}
        </p>
        <p className="max-w-[68ch]">{verdict.sentence}</p>
        <p className="mt-1 flex flex-wrap gap-x-3 text-xs text-ink2">
          <Term id="interval">95 % interval</Term>
          <Term id="p-value">p value</Term>
          <Term id="round">rounds</Term>
          <Term id="margin">margin</Term>
          <Term id="guard">guards</Term>
        </p>
        <Asides trial={trial} verdict={verdict} />
      </div>
      {!aa && trial.changeId !== null && <TrialActions trial={trial} changeId={trial.changeId} />}
    </section>
  );
}

function Big({ verdict }: { verdict: Verdict }) {
  const { value, word } = speedText(verdict.ratio, verdict.metric === 'throughput');
  const goal = verdict.endpoints.find((e) => e.endpoint === verdict.goal);
  const effect = goal ? effectOf(goal, verdict.metric) : null;
  const errors = verdict.metric === 'errors';
  return (
    <div
      className={cx(
        'text-[2.25rem] leading-none font-semibold tracking-[-0.03em] sm:text-[2.875rem]',
        bigColor[verdict.verdict],
      )}
    >
      {verdict.verdict === 'inconclusive' ? (
        <span className="text-[1.75rem]">no answer yet</span>
      ) : errors ? (
        `${verdict.ratio <= 0 ? '−' : '+'}${percent(Math.abs(verdict.ratio))}%`
      ) : verdict.verdict === 'no-difference' ? (
        'no difference'
      ) : (
        <span className="whitespace-nowrap">
          {value} {word}
        </span>
      )}
      <small className="mt-2 block max-w-[34ch] text-sm font-normal tracking-normal text-ink2">
        <Term id={termOf[verdict.metric]}>{metricWord[verdict.metric] ?? verdict.metric}</Term> of{' '}
        {verdict.goal ?? 'all endpoints together'}
        {effect && (
          <>
            , {writeMetric(effect.before, verdict.metric)} → {writeMetric(effect.after, verdict.metric)}
          </>
        )}
      </small>
    </div>
  );
}

type Endpoint = Verdict['endpoints'][number];
const effectOf = (e: Endpoint, metric: Verdict['metric']): Effect =>
  metric === 'p95' ? e.p95 : metric === 'throughput' ? e.throughput : metric === 'errors' ? e.errors : e.p50;

function writeMetric(value: number, metric: Verdict['metric']): string {
  if (metric === 'throughput') return figureText(value, '/s');
  if (metric === 'errors') return figureText(value, 'ratio');
  return durationText(value);
}

function Noise({ trial }: { trial: TrialDetail }) {
  return (
    <div className="text-[2.25rem] leading-none font-semibold tracking-[-0.03em] sm:text-[2.875rem]">
      {trial.noise ? `±${percent(trial.noise.halfWidth)}%` : 'not measured'}
      <small className="mt-2 block max-w-[34ch] text-sm font-normal tracking-normal text-ink2">
        noise of this stack: two identical arms differed by no more than this
      </small>
    </div>
  );
}

/** What a reader should weigh beside the sentence. */
function Asides({ trial, verdict }: { trial: TrialDetail; verdict: Verdict }) {
  const notes: { text: string; warn?: boolean }[] = [];
  if (verdict.harmed.length > 0)
    notes.push({ text: `Got slower: ${verdict.harmed.join(', ')}.`, warn: true });
  if (verdict.verdict === 'inconclusive') {
    notes.push({
      text:
        verdict.roundsNeeded === null
          ? 'How many rounds an answer would take cannot be said from these.'
          : `About ${verdict.roundsNeeded} rounds would likely give an answer.`,
    });
  }
  const disagree = verdict.endpoints.find((e) => e.endpoint === verdict.goal);
  if (disagree && effectOf(disagree, verdict.metric).intervalsDisagree) {
    notes.push({
      text: 'The t interval and the bootstrap interval disagree by more than half a width.',
      warn: true,
    });
  }
  if (trial.noise && trial.kind !== 'aa') {
    notes.push({
      text: trial.noise.rejected
        ? 'The A/A trial before it found a difference where there was none: do not trust figures from here yet.'
        : `Noise on this stack, measured with no change at all: ±${percent(trial.noise.halfWidth)}%.`,
      warn: trial.noise.rejected,
    });
  }
  if (trial.noise?.advice) notes.push({ text: trial.noise.advice });
  if (trial.decidedWhy)
    notes.push({ text: `${trial.decidedBy ? `${trial.decidedBy}: ` : ''}${trial.decidedWhy}` });
  if (notes.length === 0) return null;
  return (
    <ul className="mt-1.5 grid max-w-[72ch] gap-0.5 text-sm">
      {notes.map((n) => (
        <li key={n.text} className={n.warn ? 'text-warn-ink' : 'text-ink2'}>
          {n.text}
        </li>
      ))}
    </ul>
  );
}
