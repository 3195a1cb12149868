'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { CircleAlert } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo, useState } from 'react';
import { durationText, figureText, ratioText } from '@/lib/client/format';
import { loadComparisonQuery } from '@/lib/client/queries/load';
import type { ComparedFigure, ComparedMetric, LoadComparison } from '@/lib/contracts/load-analysis';
import { intervalDomain } from '../charts/prepare/interval';
import { IntervalBar } from '../charts/render/interval-bar';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Empty, Loaded, Loading } from '../ui/states';

const metrics: { value: ComparedMetric; label: string }[] = [
  { value: 'p95', label: 'p95' },
  { value: 'p50', label: 'p50' },
  { value: 'p99', label: 'p99' },
  { value: 'average', label: 'average' },
  { value: 'throughput', label: 'throughput' },
  { value: 'errors', label: 'errors' },
];

/** Load tests against the first of them. */
export function ComparePage() {
  const asked = useSearchParams().get('ids') ?? '';
  const ids = useMemo(
    () =>
      [...new Set(asked.split(',').map(Number))].filter((id) => Number.isInteger(id) && id > 0).slice(0, 8),
    [asked],
  );
  const query = useQuery(loadComparisonQuery(ids));
  const [metric, setMetric] = useState<ComparedMetric>('p95');
  return (
    <>
      <PageHead
        trail={
          <StackLink href="/load" className="link">
            Load tests
          </StackLink>
        }
        title="Compare load tests"
        sub={query.data && `Against test ${query.data.first.id}: ${query.data.first.title}`}
        actions={<Segmented label="Figure" options={metrics} value={metric} onChange={setMetric} />}
      />
      {ids.length < 2 ? (
        <Card>
          <Empty title="Nothing to compare yet">
            Choose two to eight tests in the list of load tests and press Compare.
          </Empty>
        </Card>
      ) : (
        <Loaded framed query={query} loading={<Loading rows={4} height="h-20" />}>
          {(comparisons) => (
            <>
              {comparisons.others.map((c) => (
                <Compared key={c.id} comparison={c} firstId={comparisons.first.id} metric={metric} />
              ))}
              <p className="text-xs text-ink3">{comparisons.method}</p>
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

const col = createColumnHelper<ComparedFigure>();

const written = (metric: ComparedMetric, value: number | null) =>
  metric === 'throughput'
    ? figureText(value, '/s')
    : metric === 'errors'
      ? figureText(value, 'ratio')
      : durationText(value);

interface ComparedProps {
  comparison: LoadComparison;
  firstId: number;
  metric: ComparedMetric;
}

function Compared({ comparison, firstId, metric }: ComparedProps) {
  const figures = useMemo(() => comparison.figures.filter((f) => f.metric === metric), [comparison, metric]);
  const domain = useMemo(() => intervalDomain(figures.flatMap((f) => effectOf(f) ?? [])), [figures]);
  const columns = useMemo(
    () => [
      col.accessor('endpoint', {
        header: 'endpoint',
        meta: { className: 'min-w-40' },
        cell: (x) =>
          x.getValue() === '' ? (
            <span className="font-medium">all requests</span>
          ) : (
            <span className="font-mono text-xs break-all">{x.getValue()}</span>
          ),
      }),
      col.accessor((f) => f.first ?? -1, {
        id: 'first',
        header: `test ${firstId}`,
        meta: { numeric: true },
        cell: ({ row: { original: f } }) => <span className="text-ink2">{written(metric, f.first)}</span>,
      }),
      col.accessor((f) => f.other ?? -1, {
        id: 'other',
        header: `test ${comparison.id}`,
        meta: { numeric: true },
        cell: ({ row: { original: f } }) => <span className="font-medium">{written(metric, f.other)}</span>,
      }),
      col.accessor((f) => f.ratio ?? Number.POSITIVE_INFINITY, {
        id: 'ratio',
        header: 'ratio, 95% interval',
        meta: { rule: true, className: 'min-w-64' },
        cell: ({ row: { original: f } }) => <Ratio figure={f} domain={domain} />,
      }),
    ],
    [comparison.id, domain, firstId, metric],
  );
  return (
    <Card
      className="mb-3"
      title={
        <StackLink href={`/load/${comparison.id}`} className="hover:underline">
          Test {comparison.id}: {comparison.title}
        </StackLink>
      }
      note={`test ${comparison.id} ÷ test ${firstId}`}
    >
      {comparison.notComparable.length > 0 && (
        <div className="mb-2.5 flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
          <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <div>
            <p className="font-medium">Not comparable</p>
            <ul>
              {comparison.notComparable.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          </div>
        </div>
      )}
      {comparison.notes.map((note) => (
        <p key={note} className="mb-2 text-sm text-ink2">
          {note}
        </p>
      ))}
      <DataTable
        caption={`Test ${comparison.id} against test ${firstId}`}
        data={figures}
        columns={columns}
        rowKey={(f) => f.endpoint}
        minWidth={680}
        pinFirst
      />
    </Card>
  );
}

const effectOf = ({ ratio, low, high }: ComparedFigure) =>
  ratio === null || low === null || high === null ? null : { ratio, low, high };

function Ratio({ figure, domain }: { figure: ComparedFigure; domain: [number, number] }) {
  const effect = effectOf(figure);
  if (!effect) {
    return (
      <span className="text-xs text-ink3">
        {figure.metric === 'errors'
          ? 'no ratio of error rates'
          : figure.blocks > 0
            ? `only ${figure.blocks} blocks`
            : 'no interval'}
      </span>
    );
  }
  return (
    <span
      className="grid gap-0.5"
      title={`${figure.blocks} blocks; bootstrap ${ratioText(figure.bootLow ?? Number.NaN)} to ${ratioText(figure.bootHigh ?? Number.NaN)}`}
    >
      {/* Quiet whichever way it points: two runs one after the other are no verdict. */}
      <IntervalBar effect={effect} domain={domain} outcome="inconclusive" />
      <span className="text-2xs text-ink2">
        {ratioText(effect.ratio)} ({ratioText(effect.low)} to {ratioText(effect.high)})
      </span>
    </span>
  );
}
