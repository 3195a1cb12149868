import type { ReportDocument } from '@/lib/contracts/report';
import { counted, plain } from '@/lib/prove/verdict/format';

type Measured = Pick<ReportDocument, 'trials' | 'loadTests'>;

/** How the figures came about, from the records. */
export function reportMethod({ trials, loadTests = [] }: Measured): string[] {
  const records = trials.flatMap((t) => (t.record ? [t.record] : []));
  const margins = [...new Set(records.map((r) => r.margin))].map((m) => `±${plain(m * 100)} %`);
  const requests = trials.reduce(
    (sum, t) =>
      sum + (t.verdict?.endpoints ?? []).reduce((s, e) => s + e.requestsBefore + e.requestsAfter, 0),
    0,
  );
  return [
    'Each change was measured by itself: the same workload ran with the change off (before) and on (after), in turns, in rounds ordered ABBA or BAAB by a seeded coin toss.',
    'The unit of analysis is the round. Per round and endpoint, d = ln(after ÷ before); the ratio is the exponential of the mean of d, its 95 % interval a t interval, its p-value an exact sign-flip permutation test, Holm-adjusted over all comparisons of a trial.',
    `A verdict is "no difference" when the whole interval lies within the margin${margins.length > 0 ? ` (${margins.join(', ')})` : ''}, "improved" or "regressed" when the interval excludes 1 and the adjusted p is below 0.05, else "inconclusive". A change that harms another endpoint or the error rate counts as regressed.`,
    'Policy: a change is kept when it improved, else rolled back.',
    `${counted(records.length, 'record')} with ${requests} counted requests ${records.length === 1 ? 'is' : 'are'} in this document; \`ratchet verify\` computes every figure from them again. The procedure is described in docs/method.md.`,
    ...(loadTests.length === 0 ? [] : [loadMethod]),
  ];
}

const loadMethod =
  'A load test is one run: its percentiles are of all its requests, failed ones too, from the histogram of every second; in the open model a request counts from when it was due. Its grade is the worse of two: the share of the requests that kept the objective, and the share that failed (docs/load-tests.md). `ratchet verify` computes both from the histograms in this document.';

/** What the figures cannot say. */
export function reportLimits({ trials, loadTests = [] }: Measured): string[] {
  const limits = [
    'The figures hold for this machine, this data and this workload: statements are run with sampled parameters by a fixed number of clients, not by your users.',
    'Verdicts are statistical: about one in twenty comparisons without any effect would be called a difference at the level used.',
  ];
  const separated = trials.filter((t) => t.record?.design === 'separated').length;
  if (separated > 0) {
    limits.push(
      `${counted(separated, 'trial')} could not be interleaved and ${separated === 1 ? 'is' : 'are'} judged against a control workload, which is weaker.`,
    );
  }
  const voided = trials.reduce((sum, t) => sum + (t.verdict?.voidRounds ?? 0), 0);
  if (voided > 0) limits.push(`${counted(voided, 'round')} did not count; the records say why.`);
  const warned = trials.some((t) => t.noise?.rejected);
  if (warned)
    limits.push('An A/A trial found a difference where nothing was changed: repeat on a quieter machine.');
  if (loadTests.length > 0) {
    limits.push(
      'A load test says how the service did in that run; two of them differ by more than what was changed in between. Whether a change helps is for a trial to say.',
    );
  }
  const limited = loadTests.filter((t) => t.figures?.exhausted.some((e) => e.what === 'generator')).length;
  if (limited > 0) {
    limits.push(
      `In ${counted(limited, 'load test')} the generator, not the target, was the limit: its figures say nothing of the target beyond that point.`,
    );
  }
  const unchecked = loadTests.filter((t) => t.evidence?.certificate === 'unchecked').length;
  if (unchecked > 0) {
    limits.push(
      `In ${counted(unchecked, 'load test')} the certificate of the service was not checked: it may have been anyone who answered.`,
    );
  }
  return limits;
}
