import type { LoadFigures, LoadRecord, LoadSecond } from '@/lib/contracts/load-record';
import type { ReportLoadEvidence, ReportLoadFigures, ReportLoadTest } from '@/lib/contracts/report-load';
import { notComparable } from '@/lib/load/analysis/compare';
import { exhaustedOf } from '@/lib/load/analysis/exhausted';
import { gradeOf } from '@/lib/load/analysis/grade';
import { decodeSeconds } from '@/lib/load/analysis/merged';
import { figuresOf, judgeThresholds, mergeSeconds, summaryOf } from '@/lib/load/summary';
import { stagesText } from './stages';

/** Stands for all endpoints together in a record made from evidence. */
const all = 'all requests';

/** The record that the evidence stands for, with one endpoint; what a report leaves out is empty in it. */
function recordFrom(evidence: ReportLoadEvidence, title = ''): LoadRecord {
  const {
    profile,
    given,
    seconds,
    sameMachine,
    endpoints: _,
    coordinatedOmission,
    certificate: __,
    ...rest
  } = evidence;
  // No address is in a report; where the target ran is all that counts.
  const origin = sameMachine ? 'http://localhost' : 'http://elsewhere.invalid';
  return {
    schema: 'ratchet.load/1',
    title,
    source: { tool: 'ratchet' },
    startedAt: '',
    endedAt: '',
    outcome: 'completed',
    reason: null,
    target: { name: '', origin },
    model: profile?.model ?? null,
    plan: profile && { profile, target: { name: '', baseUrl: origin }, probes: [], seed: 1 },
    ...rest,
    coordinatedOmission: coordinatedOmission && {
      ...coordinatedOmission,
      // Sums must not depend on the order of the keys in a file.
      endpoints: Object.fromEntries(Object.entries(coordinatedOmission.endpoints).sort(byName)),
    },
    seconds: seconds.map(
      ({ requests, ...second }): LoadSecond => ({
        ...second,
        active: 0,
        longestGapMs: 0,
        endpoints: requests === null ? {} : { [all]: requests },
        generator: { cpuShare: 0, loopDelayP99Ms: 0, lateSends: 0 },
      }),
    ),
    ...(given === null ? {} : { given }),
  };
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** Every figure of a load test in a report. Pure. @throws RangeError when a histogram is none */
export function loadFigures(evidence: ReportLoadEvidence): ReportLoadFigures {
  const record = recordFrom(evidence);
  const seconds = decodeSeconds(record);
  const { durationMs, offered, dropped, total, corrected } = summaryOf(record);
  const endpoints: Record<string, LoadFigures> = evidence.given
    ? evidence.given.endpoints
    : Object.fromEntries(
        Object.entries(evidence.endpoints).map(([name, e]) => [
          name,
          figuresOf(mergeSeconds([e]), durationMs),
        ]),
      );
  return {
    stages: evidence.profile && stagesText(evidence.profile),
    durationMs,
    offeredRps: evidence.given || durationMs === 0 ? null : (offered * 1_000) / durationMs,
    dropped,
    total,
    endpoints,
    corrected,
    thresholds: judgeThresholds(evidence.profile?.thresholds ?? [], total, endpoints),
    grade: gradeOf(record, seconds),
    exhausted: exhaustedOf(record, seconds),
    limit: evidence.limit,
  };
}

/** Each test against the first of its target, in the order given; null for that one, and where nothing was measured. */
export function comparability(
  tests: readonly Pick<ReportLoadTest, 'id' | 'target' | 'evidence'>[],
): ReportLoadTest['against'][] {
  return tests.map(({ id, target, evidence }) => {
    const first = tests.find((t) => t.target === target && t.evidence !== null);
    if (!first?.evidence || !evidence || first.id === id) return null;
    return { id: first.id, notComparable: whyNot(first.evidence, evidence) };
  });
}

/** What forbids comparing two load tests of reports; empty when nothing does. */
export const whyNot = (first: ReportLoadEvidence, other: ReportLoadEvidence): string[] =>
  notComparable(recordFrom(first), recordFrom(other));

/** A load test of a report with all that is computed of it alone. */
export const withFigures = (test: ReportLoadTest): ReportLoadTest => ({
  ...test,
  figures: test.evidence && loadFigures(test.evidence),
});

/** The load tests of a report, each held against the first of its target. */
export function withComparability(tests: readonly ReportLoadTest[]): ReportLoadTest[] {
  const against = comparability(tests);
  return tests.map((test, i) => ({ ...test, against: against[i] ?? null }));
}
