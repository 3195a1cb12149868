import { setImmediate } from 'node:timers/promises';
import { ReportDocument, type ReportTrial } from '@/lib/contracts/report';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { digestsOf } from './digests';
import { withComparability, withFigures } from './loads/figures';
import { reportLimits, reportMethod } from './method';
import { reportRows } from './rows';
import { reportScore } from './score';
import { reportSummary } from './summary';

/** What is gathered; everything else in the document follows from it. */
export type ReportFacts = Omit<
  ReportDocument,
  'summary' | 'rows' | 'score' | 'method' | 'limits' | 'digests'
>;

/** All of a report that is computed from the rest. */
export function derivedOf(
  facts: ReportFacts,
): Pick<ReportDocument, 'summary' | 'rows' | 'score' | 'method' | 'limits'> {
  const rows = reportRows(facts.trials);
  const score = facts.vitals === undefined ? {} : { score: reportScore(facts) };
  return {
    rows,
    ...score,
    summary: reportSummary({ ...facts, ...score, rows }),
    method: reportMethod(facts),
    limits: reportLimits(facts),
  };
}

/** A trial with its verdict; one that did not end has none. */
function judged(trial: ReportTrial): ReportTrial {
  return { ...trial, verdict: trial.record && trial.state === 'done' ? judgeRecord(trial.record) : null };
}

/**
 * Completes the gathered facts to the frozen document: verdicts from the records, figures from the evidence of load
 * tests, then rows, sentences and digests.
 */
export function freezeReport(facts: ReportFacts): ReportDocument {
  return frozen(facts, facts.trials.map(judged), facts.loadTests?.map(withFigures));
}

/** The same with a pause after each trial and load test: a hundred of them take seconds, in which others are answered. */
export async function freezeInTurns(facts: ReportFacts): Promise<ReportDocument> {
  const trials: ReportTrial[] = [];
  for (const trial of facts.trials) {
    trials.push(judged(trial));
    await setImmediate();
  }
  const loadTests: ReportLoadTest[] = [];
  for (const test of facts.loadTests ?? []) {
    loadTests.push(withFigures(test));
    await setImmediate();
  }
  return frozen(facts, trials, facts.loadTests && loadTests);
}

function frozen(
  facts: ReportFacts,
  trials: ReportTrial[],
  loadTests: ReportLoadTest[] | undefined,
): ReportDocument {
  const known = { ...facts, trials, ...(loadTests ? { loadTests: withComparability(loadTests) } : {}) };
  const document = { ...known, ...derivedOf(known), digests: { records: {}, document: '' } };
  // Parsed first, so that what is digested is what any reader's parser yields again.
  const parsed = ReportDocument.parse(JSON.parse(JSON.stringify(document)));
  return { ...parsed, digests: digestsOf(parsed) };
}
