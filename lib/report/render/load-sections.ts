import type { LoadFigures } from '@/lib/contracts/load-record';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { counted, plain } from '@/lib/prove/verdict/format';
import { loadKindName, measured } from '../words';
import type { Section } from './section';

/** The load tests of a report: one row each, what they say, and their endpoints. */
export function loadSections(tests: readonly ReportLoadTest[]): Section[] {
  if (tests.length === 0) return [];
  return [figures(tests), words(tests), endpoints(tests)];
}

const ms = (value: number | null) => (value === null ? 'not measured' : measured(value, 'ms'));
const share = (value: number | null) => (value === null ? 'not measured' : measured(value, 'share'));

function figures(tests: readonly ReportLoadTest[]): Section {
  return {
    title: 'Load tests',
    note: 'One run each; percentiles of all its requests. Offered is what was due, achieved what was answered.',
    columns: [
      { name: 'Test', numeric: true },
      { name: 'What' },
      { name: 'Offered', numeric: true },
      { name: 'Achieved', numeric: true },
      { name: 'Median', numeric: true },
      { name: 'p95', numeric: true },
      { name: 'p99', numeric: true },
      { name: 'Failed', numeric: true },
      { name: 'Grade' },
    ],
    rows: tests.map(({ id, title, target, kind, figures: f }) => {
      const what = `${title}, on ${target}${kind === null ? '' : `, ${loadKindName[kind]}`}`;
      if (!f) return [String(id), what, ...new Array<string>(6).fill('not measured'), ''];
      const { p50, p95, p99, errorRate, rps } = f.total;
      return [
        String(id),
        what,
        f.offeredRps === null ? 'not known' : measured(f.offeredRps, 'requests/s'),
        measured(rps, 'requests/s'),
        ...[p50, p95, p99].map(ms),
        share(errorRate),
        f.grade.letter ?? 'none',
      ];
    }),
    empty: '',
  };
}

function words(tests: readonly ReportLoadTest[]): Section {
  return {
    title: 'What the load tests say',
    columns: [
      { name: 'Test', numeric: true },
      { name: 'Load' },
      { name: 'Grade' },
      { name: 'What gave out first' },
      { name: 'Thresholds' },
      { name: 'Comparable' },
    ],
    rows: tests.map((test) => [
      String(test.id),
      test.figures?.stages ?? 'not known',
      gradeText(test),
      gaveOut(test),
      thresholds(test),
      comparable(test),
    ]),
    empty: '',
  };
}

/** From what a grade came, or why there is none. */
function gradeText({ figures: f }: ReportLoadTest): string {
  if (!f) return 'nothing was measured';
  const { letter, why, attainment, objectiveMs, errorRate, part, corrected } = f.grade;
  if (letter === null) return `none: ${why}`;
  return `${letter}: ${share(attainment)} within ${ms(objectiveMs)}, ${share(errorRate)} failed, in ${part}${corrected ? ', corrected for coordinated omission' : ''}`;
}

function gaveOut({ figures: f, outcome, reason }: ReportLoadTest): string {
  if (!f) return reason ?? outcome ?? '';
  const [first, ...rest] = f.exhausted;
  return [
    ...(f.limit ? [`Limit: ${f.limit.why}`] : []),
    first
      ? `after ${plain(first.at)} s: ${first.said.replace(/\.$/, '')}${rest.length > 0 ? `; then ${rest.map((e) => e.what).join(', ')}` : ''}`
      : 'nothing that was recorded reached its bound',
  ].join('. ');
}

function thresholds({ figures: f }: ReportLoadTest): string {
  if (!f || f.thresholds.length === 0) return 'none set';
  const of = (passed: boolean | null) => f.thresholds.filter((t) => t.passed === passed).length;
  const unjudged = of(null) > 0 ? `, ${of(null)} not measured` : '';
  return `${of(true)} of ${counted(f.thresholds.length, 'threshold')} kept${unjudged}`;
}

function comparable({ against }: ReportLoadTest): string {
  if (!against) return '';
  return against.notComparable.length === 0
    ? `with test ${against.id}`
    : `not with test ${against.id}: ${against.notComparable.join('; ')}`;
}

function endpoints(tests: readonly ReportLoadTest[]): Section {
  const row = (test: number, name: string, f: LoadFigures) => [
    String(test),
    name,
    String(f.count),
    measured(f.rps, 'requests/s'),
    ...[f.p50, f.p95, f.p99].map(ms),
    share(f.errorRate),
  ];
  return {
    title: 'Endpoints under load',
    columns: [
      { name: 'Test', numeric: true },
      { name: 'Endpoint' },
      { name: 'Requests', numeric: true },
      { name: 'Achieved', numeric: true },
      { name: 'Median', numeric: true },
      { name: 'p95', numeric: true },
      { name: 'p99', numeric: true },
      { name: 'Failed', numeric: true },
    ],
    rows: tests.flatMap(({ id, figures: f }) =>
      f ? Object.entries(f.endpoints).map(([name, e]) => row(id, name, e)) : [],
    ),
    empty: 'No endpoint was measured.',
  };
}
