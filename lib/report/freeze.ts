import { ReportDocument } from '@/lib/contracts/report';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { digestsOf } from './digests';
import { completeLoads } from './loads/figures';
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

/** Completes the gathered facts to the frozen document: verdicts from the records, figures from the evidence of load
 * tests, then rows, sentences and digests. */
export function freezeReport(facts: ReportFacts): ReportDocument {
  const trials = facts.trials.map((trial) => ({
    ...trial,
    verdict: trial.record && trial.state === 'done' ? judgeRecord(trial.record) : null,
  }));
  const loadTests = facts.loadTests ? { loadTests: completeLoads(facts.loadTests) } : {};
  const judged = { ...facts, trials, ...loadTests };
  const document = { ...judged, ...derivedOf(judged), digests: { records: {}, document: '' } };
  // Parsed first, so that what is digested is what any reader's parser yields again.
  const parsed = ReportDocument.parse(JSON.parse(JSON.stringify(document)));
  return { ...parsed, digests: digestsOf(parsed) };
}
