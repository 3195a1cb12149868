import type { ReportDocument, ReportRow } from '@/lib/contracts/report';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { counted, plain } from '@/lib/prove/verdict/format';
import { scoreText } from './score';
import { measured } from './words';

type Facts = Pick<
  ReportDocument,
  'findings' | 'trials' | 'loadTests' | 'rows' | 'changes' | 'cannotCheck' | 'score'
>;

/** Sentences from the document's own figures, by fixed rules: the same figures give the same sentences. */
export function reportSummary(facts: Facts): string[] {
  return [
    found(facts),
    tried(facts),
    ...kept(facts),
    overall(facts),
    ...(facts.loadTests ?? []).map(loaded),
    noise(facts),
    scored(facts),
  ].filter((line) => line !== '');
}

function found({ findings, cannotCheck }: Facts): string {
  const severe = (['critical', 'high'] as const)
    .map((severity) => ({ severity, n: findings.filter((f) => f.severity === severity).length }))
    .filter(({ n }) => n > 0)
    .map(({ severity, n }) => `${n} ${severity}`);
  const of = severe.length > 0 ? ` (${severe.join(', ')})` : '';
  const unchecked =
    cannotCheck.length > 0 ? ` ${counted(cannotCheck.length, 'check')} could not be made.` : '';
  return findings.length === 0
    ? `No problem was found.${unchecked}`
    : `${counted(findings.length, 'problem')} found${of}.${unchecked}`;
}

function tried({ trials }: Facts): string {
  const done = trials.filter((t) => t.kind === 'change' && t.verdict !== null);
  if (done.length === 0) return 'No change was measured.';
  const of = (decision: string) => done.filter((t) => t.decision === decision).length;
  const improved = done.filter((t) => t.verdict?.verdict === 'improved').length;
  return `${counted(done.length, 'change')} measured: ${improved} improved, ${of('kept')} kept, ${of('rolled-back')} rolled back.`;
}

/** One sentence a kept change: what its goal was and is. */
function kept({ trials, rows }: Facts): string[] {
  return trials.flatMap((trial) => {
    const { verdict } = trial;
    if (trial.kind !== 'change' || trial.decision !== 'kept' || !verdict?.goal) return [];
    const row = rows.find(
      (r) => r.trial === trial.id && r.endpoint === verdict.goal && r.metric === verdict.metric,
    );
    return row ? [`${trial.title}: ${row.endpoint} ${fromTo(row)}.`] : [];
  });
}

function fromTo(row: ReportRow): string {
  const interval = `95 % interval of the ratio ${plain(row.low)} to ${plain(row.high)}`;
  return `went from ${measured(row.before, row.unit)} to ${measured(row.after, row.unit)} (${interval})`;
}

function overall({ trials }: Facts): string {
  const trial = trials.findLast((t) => t.kind === 'overall' && t.verdict !== null);
  return trial?.verdict ? `All kept changes together: ${trial.verdict.sentence}` : '';
}

/** One sentence a load test. */
function loaded(test: ReportLoadTest): string {
  const { id, title, figures } = test;
  const name = `Load test ${id}, ${title}`;
  const p95 = figures?.total.p95 ?? null;
  if (!figures || p95 === null) return `${name}: nothing was measured.`;
  const { total, grade, stages } = figures;
  const failed = total.errorRate === null ? '' : `, ${measured(total.errorRate, 'share')} failed`;
  const graded = grade.letter === null ? `no grade, because ${grade.why}` : `grade ${grade.letter}`;
  return `${name}${stages === null ? '' : ` (${stages})`}: p95 ${measured(p95, 'ms')} at ${measured(total.rps, 'requests/s')}${failed}; ${graded}.`;
}

function noise({ trials }: Facts): string {
  const noises = trials.flatMap((t) => (t.noise ? [t.noise] : []));
  const last = noises.at(-1);
  if (!last) return '';
  if (last.rejected) {
    return 'With nothing changed the same measurement found a difference (A/A): take the figures with care.';
  }
  return Number.isFinite(last.halfWidth) && last.halfWidth < 10
    ? `With nothing changed (A/A) the same measurement was uncertain by ±${plain(last.halfWidth * 100, 2)} %.`
    : '';
}

function scored({ score }: Facts): string {
  return score ? `Score of what was measured: ${scoreText(score)}.` : '';
}
