'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { cx } from '@/lib/client/cx';
import { count, durationText, figureText, pText, ratioText } from '@/lib/client/format';
import type { EndpointVerdict, Verdict } from '@/lib/contracts/verdict';
import { intervalDomain } from '../charts/prepare/interval';
import { IntervalBar } from '../charts/render/interval-bar';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { OutcomeTag } from '../ui/word-tag';

const col = createColumnHelper<EndpointVerdict>();
const numeric = { numeric: true } as const;

interface EndpointTableProps {
  verdict: Verdict;
  chosen: string;
  onChoose: (endpoint: string) => void;
}

/** Each endpoint before and after, with the ratio it was judged on. p95 stands beside p50, averages nowhere. */
export function EndpointTable({ verdict, chosen, onChoose }: EndpointTableProps) {
  const domain = useMemo(() => intervalDomain(verdict.endpoints.map(judged)), [verdict]);
  const columns = useMemo(
    () => [
      col.accessor('endpoint', {
        header: 'endpoint',
        meta: { className: 'max-w-[22rem] min-w-32' },
        cell: ({ row: { original: e } }) => (
          <button
            type="button"
            onClick={() => onChoose(e.endpoint)}
            aria-pressed={e.endpoint === chosen}
            title="Show in the charts above"
            className={cx(
              'rounded text-left font-mono text-xs break-words hover:underline',
              e.endpoint === chosen && 'font-semibold',
            )}
          >
            {e.endpoint}
            {e.role !== 'guard' && <span className="ml-1.5 font-sans text-2xs text-ink3">{e.role}</span>}
          </button>
        ),
      }),
      col.accessor((e) => e.p50.before, {
        id: 'p50b',
        header: 'p50 before',
        meta: { ...numeric, rule: true, term: 'percentile' },
        cell: (x) => <span className="text-ink2">{durationText(x.getValue())}</span>,
      }),
      col.accessor((e) => e.p50.after, {
        id: 'p50a',
        header: 'after',
        meta: numeric,
        cell: (x) => <span className="font-medium">{durationText(x.getValue())}</span>,
      }),
      col.accessor((e) => e.p95.before, {
        id: 'p95b',
        header: 'p95 before',
        meta: { ...numeric, rule: true },
        cell: (x) => <span className="text-ink2">{durationText(x.getValue())}</span>,
      }),
      col.accessor((e) => e.p95.after, {
        id: 'p95a',
        header: 'after',
        meta: numeric,
        cell: (x) => <span className="font-medium">{durationText(x.getValue())}</span>,
      }),
      col.accessor((e) => e.throughput.before, {
        id: 'rpsb',
        header: 'per s before',
        meta: { ...numeric, rule: true },
        cell: (x) => <span className="text-ink2">{figureText(x.getValue(), '')}</span>,
      }),
      col.accessor((e) => e.throughput.after, {
        id: 'rpsa',
        header: 'after',
        meta: numeric,
        cell: (x) => <span className="font-medium">{figureText(x.getValue(), '')}</span>,
      }),
      col.accessor((e) => e.errorsBefore + e.errorsAfter, {
        id: 'errors',
        header: 'errors',
        meta: { ...numeric, rule: true },
        cell: ({ row: { original: e } }) =>
          e.errorsBefore + e.errorsAfter === 0 ? (
            <span className="text-ink3">0</span>
          ) : (
            `${count(e.errorsBefore)} → ${count(e.errorsAfter)}`
          ),
      }),
      col.accessor((e) => judged(e).ratio, {
        id: 'ratio',
        header: 'ratio, 95% interval',
        meta: { rule: true, className: 'min-w-40' },
        cell: ({ row: { original: e } }) => {
          const effect = judged(e);
          return (
            <span className="grid gap-0.5" title={`${pText(effect.adjustedP)}, Holm-adjusted`}>
              <IntervalBar effect={effect} domain={domain} outcome={e.verdict} margin={verdict.margin} />
              <span className="text-2xs text-ink2">
                {e.metric} {ratioText(effect.ratio)} ({ratioText(effect.low)} to {ratioText(effect.high)})
              </span>
            </span>
          );
        },
      }),
      col.accessor('verdict', { header: 'verdict', cell: (x) => <OutcomeTag outcome={x.getValue()} /> }),
    ],
    [domain, chosen, onChoose, verdict.margin],
  );
  return (
    <Card
      className="mb-3"
      title="Each endpoint"
      note={`after ÷ before; p Holm-adjusted; the band is the margin of ±${figureText(verdict.margin, 'ratio')}`}
    >
      <DataTable
        caption="Each endpoint before and after"
        data={verdict.endpoints}
        columns={columns}
        rowKey={(e) => e.endpoint}
        minWidth={900}
        pinFirst
      />
    </Card>
  );
}

/** The effect an endpoint was judged on; error rates have a difference and no ratio, so p50 is drawn for them. */
const judged = (e: EndpointVerdict) =>
  e.metric === 'p95' ? e.p95 : e.metric === 'throughput' ? e.throughput : e.p50;
