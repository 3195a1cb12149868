'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { count, durationText, figureText, number } from '@/lib/client/format';
import type { LoadFigures } from '@/lib/contracts/load-record';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { GradeTag } from '../load/grade-tag';
import { kindWord } from '../load/load-words';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Folded } from '../ui/folded';

const col = createColumnHelper<ReportLoadTest>();
const numeric = { numeric: true };
const time = (key: 'p50' | 'p95' | 'p99') =>
  col.accessor((t) => t.figures?.total[key] ?? -1, {
    id: key,
    header: key,
    meta: numeric,
    cell: ({ row: { original: t } }) => durationText(t.figures?.total[key]),
  });

const columns = [
  col.accessor('title', {
    header: 'test',
    meta: { className: 'min-w-52' },
    cell: ({ row: { original: t } }) => (
      <>
        <StackLink href={`/load/${t.id}`} className="font-medium break-words hover:underline">
          {t.title}
        </StackLink>
        <span className="block text-xs text-ink2">
          {t.target}
          {t.kind && ` · ${kindWord[t.kind]}`} · test {t.id}
        </span>
      </>
    ),
  }),
  col.accessor((t) => t.figures?.grade.letter ?? 'Z', {
    id: 'grade',
    header: 'grade',
    cell: ({ row: { original: t } }) => <GradeTag letter={t.figures?.grade.letter ?? null} />,
  }),
  col.accessor((t) => t.figures?.offeredRps ?? -1, {
    id: 'offered',
    header: 'offered',
    meta: numeric,
    cell: ({ row: { original: t } }) => figureText(t.figures?.offeredRps, '/s'),
  }),
  col.accessor((t) => t.figures?.total.rps ?? -1, {
    id: 'achieved',
    header: 'achieved',
    meta: numeric,
    cell: ({ row: { original: t } }) => figureText(t.figures?.total.rps, '/s'),
  }),
  time('p50'),
  time('p95'),
  time('p99'),
  col.accessor((t) => t.figures?.total.errorRate ?? -1, {
    id: 'errors',
    header: 'errors',
    meta: numeric,
    cell: ({ row: { original: t } }) => figureText(t.figures?.total.errorRate, 'ratio'),
  }),
];

/** The load tests of a report, each with what it says and its endpoints. */
export function ReportLoads({ tests }: { tests: ReportLoadTest[] }) {
  return (
    <Card title="Load tests" note="one run each, percentiles of all its requests">
      <DataTable
        caption="Load tests of this report"
        data={tests}
        columns={columns}
        rowKey={(t) => String(t.id)}
        minWidth={720}
      />
      <ul className="mt-4 grid gap-4">
        {tests.map((test) => (
          <li key={test.id} className="print-block min-w-0 border-t border-line2 pt-3 text-sm">
            <p className="mb-1.5 font-medium break-words">
              {test.title} <span className="font-normal text-ink2">· test {test.id}</span>
            </p>
            <Said test={test} />
            {test.figures && Object.keys(test.figures.endpoints).length > 0 && (
              <Folded
                className="mt-2"
                summary={
                  <>
                    Endpoints<span className="sr-only"> of test {test.id}</span>
                  </>
                }
              >
                <Endpoints id={test.id} endpoints={test.figures.endpoints} />
              </Folded>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Said({ test }: { test: ReportLoadTest }) {
  const { figures: f, against } = test;
  if (!f)
    return <p className="text-ink2">Nothing was measured: {test.reason ?? test.outcome ?? test.state}.</p>;
  const { grade } = f;
  const [first, ...later] = f.exhausted;
  const graded =
    grade.letter === null
      ? `None: ${grade.why}.`
      : `${grade.letter}: ${figureText(grade.attainment, 'ratio')} of the requests within ${durationText(grade.objectiveMs)}, ${figureText(grade.errorRate, 'ratio')} failed, in ${grade.part}.`;
  const kept = f.thresholds.filter((t) => t.passed).length;
  const lines: [string, string | null][] = [
    ['Load', f.stages],
    ['Grade', graded],
    ['Limit', f.limit?.why ?? null],
    [
      'Gave out first',
      first
        ? `after ${number(first.at)} s: ${first.said.replace(/\.$/, '')}${later.length > 0 ? `; then ${later.map((e) => e.what).join(', ')}` : ''}`
        : 'nothing that was recorded reached its bound',
    ],
    ['Thresholds', f.thresholds.length === 0 ? null : `${kept} of ${f.thresholds.length} kept`],
    [
      'Comparable',
      against &&
        (against.notComparable.length === 0
          ? `with test ${against.id}`
          : `not with test ${against.id}: ${against.notComparable.join('; ')}`),
    ],
  ];
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[7.5rem_minmax(0,1fr)]">
      {lines.map(([label, text]) =>
        text === null ? null : (
          <div key={label} className="contents">
            <dt className="text-xs text-ink2 sm:text-sm">{label}</dt>
            <dd className="min-w-0 break-words max-sm:mb-1">{text}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

interface Endpoint extends LoadFigures {
  name: string;
}
const end = createColumnHelper<Endpoint>();
const endpointTime = (key: 'p50' | 'p95' | 'p99') =>
  end.accessor((e) => e[key] ?? -1, {
    id: key,
    header: key,
    meta: numeric,
    cell: ({ row: { original: e } }) => durationText(e[key]),
  });
const endpointColumns = [
  end.accessor('name', {
    header: 'endpoint',
    meta: { className: 'min-w-40' },
    cell: (x) => <code className="font-mono text-xs break-all">{x.getValue()}</code>,
  }),
  end.accessor('count', { header: 'requests', meta: numeric, cell: (x) => count(x.getValue()) }),
  end.accessor('rps', {
    header: 'achieved',
    meta: numeric,
    cell: (x) => figureText(x.getValue(), '/s'),
  }),
  endpointTime('p50'),
  endpointTime('p95'),
  endpointTime('p99'),
  end.accessor((e) => e.errorRate ?? -1, {
    id: 'errors',
    header: 'errors',
    meta: numeric,
    cell: ({ row: { original: e } }) => figureText(e.errorRate, 'ratio'),
  }),
];

function Endpoints({ id, endpoints }: { id: number; endpoints: Record<string, LoadFigures> }) {
  return (
    <DataTable
      caption={`Endpoints of test ${id}`}
      data={Object.entries(endpoints).map(([name, f]): Endpoint => ({ name, ...f }))}
      columns={endpointColumns}
      rowKey={(e) => e.name}
      minWidth={640}
    />
  );
}
