'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { figureText, ratioText } from '@/lib/client/format';
import { useUrlState } from '@/lib/client/use-url-state';
import { metricWord } from '@/lib/client/words';
import type { ReportDocument, ReportRow } from '@/lib/contracts/report';
import { Outcome } from '@/lib/contracts/verdict';
import { intervalDomain } from '../charts/prepare/interval';
import { IntervalBar } from '../charts/render/interval-bar';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Segmented } from '../ui/segmented';
import { OutcomeTag } from '../ui/word-tag';

const col = createColumnHelper<ReportRow>();
const views = [
  { value: 'p95', label: 'p95' },
  { value: 'p50', label: 'p50' },
  { value: 'throughput', label: 'throughput' },
  { value: 'errors', label: 'errors' },
  { value: 'all', label: 'All' },
] as const;

/** Before and after, every endpoint of every trial. A goal somebody set has a column of its own, never a result's. */
export function ReportRows({ report }: { report: ReportDocument }) {
  const [view, setView] = useUrlState('metric', 'p95');
  const rows = useMemo(
    () => (view === 'all' ? report.rows : report.rows.filter((r) => r.metric === view)),
    [report.rows, view],
  );
  const domain = useMemo(() => intervalDomain(rows.filter((r) => r.metric !== 'errors')), [rows]);
  const anyTarget = report.rows.some((r) => r.target !== null);
  const columns = useMemo(
    () => [
      col.accessor('endpoint', {
        header: 'endpoint',
        meta: { className: 'max-w-[24rem] min-w-40' },
        cell: (x) => <code className="font-mono text-xs break-words">{x.getValue()}</code>,
      }),
      col.accessor('metric', { header: 'figure', cell: (x) => metricWord[x.getValue()] }),
      col.accessor('before', {
        header: 'before',
        meta: { numeric: true },
        cell: ({ row: { original: r } }) => <span className="text-ink2">{figureText(r.before, r.unit)}</span>,
      }),
      col.accessor('after', {
        header: 'after',
        meta: { numeric: true },
        cell: ({ row: { original: r } }) => (
          <span className="font-medium">{figureText(r.after, r.unit)}</span>
        ),
      }),
      ...(anyTarget
        ? [
            col.accessor((r) => r.target ?? Number.NaN, {
              id: 'target',
              header: 'goal',
              meta: { numeric: true },
              cell: ({ row: { original: r } }) => (r.target === null ? '' : figureText(r.target, r.unit)),
            }),
          ]
        : []),
      col.accessor('ratio', {
        header: 'after ÷ before, 95% interval',
        meta: { className: 'min-w-64', term: 'interval' },
        cell: ({ row: { original: r } }) => {
          const outcome = Outcome.safeParse(r.verdict);
          if (r.metric === 'errors') {
            return <span className="text-xs text-ink2">difference {figureText(r.ratio, 'ratio')}</span>;
          }
          return (
            <span className="grid grid-cols-[minmax(8rem,1fr)_9rem] items-center gap-2">
              <IntervalBar
                effect={r}
                domain={domain}
                outcome={outcome.success ? outcome.data : 'inconclusive'}
              />
              <span className="text-xs whitespace-nowrap text-ink2">
                {ratioText(r.ratio)} ({ratioText(r.low)}–{ratioText(r.high)})
              </span>
            </span>
          );
        },
      }),
      col.accessor('verdict', {
        header: 'verdict',
        cell: (x) => {
          const outcome = Outcome.safeParse(x.getValue());
          return outcome.success ? <OutcomeTag outcome={outcome.data} /> : x.getValue();
        },
      }),
      col.accessor('trial', {
        header: 'trial',
        meta: { numeric: true },
        cell: (x) => (
          <StackLink href={`/trials/${x.getValue()}`} className="link">
            {x.getValue()}
          </StackLink>
        ),
      }),
    ],
    [domain, anyTarget],
  );
  return (
    <Card title="Before and after" note={`${rows.length} rows`}>
      {report.rows.length === 0 ? (
        <p className="text-sm text-ink2">No trial in this report reached a verdict.</p>
      ) : (
        <>
          <div className="no-print mb-2">
            <Segmented
              label="Figure"
              options={views}
              value={views.find((v) => v.value === view)?.value ?? 'p95'}
              onChange={setView}
            />
          </div>
          <DataTable
            caption="Before and after"
            data={rows}
            columns={columns}
            rowKey={(r) => `${r.trial} ${r.endpoint} ${r.metric}`}
            minWidth={860}
          />
        </>
      )}
    </Card>
  );
}
