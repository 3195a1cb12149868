'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { ChevronRight } from 'lucide-react';
import { useMemo, useState } from 'react';
import { clockText, count, durationText, figureText, plural } from '@/lib/client/format';
import type { SegmentFigures, TrialDetail } from '@/lib/contracts/trial';
import { Key } from '../charts/render/tip';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';

type Row = SegmentFigures & { e: SegmentFigures['endpoints'][string] };
const col = createColumnHelper<Row>();
const numeric = { numeric: true } as const;
const columns = [
  col.accessor('order', { header: 'segment', cell: (x) => x.getValue() + 1 }),
  col.accessor('round', { header: 'round', cell: (x) => x.getValue() + 1 }),
  col.accessor('arm', {
    header: 'arm',
    cell: (x) => (
      <span className="inline-flex items-center gap-1.5">
        <Key
          color={x.getValue() === 'after' ? 'var(--after)' : 'var(--before)'}
          shape={x.getValue() === 'after' ? 'square' : 'circle'}
        />
        {x.getValue()}
      </span>
    ),
  }),
  col.accessor('startedAt', {
    header: 'started',
    cell: (x) => clockText(new Date(x.getValue()).getTime(), true),
  }),
  col.accessor('durationMs', { header: 'length', meta: numeric, cell: (x) => durationText(x.getValue()) }),
  col.accessor((r) => r.e.requests, {
    id: 'requests',
    header: 'requests',
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor((r) => r.e.errors, {
    id: 'errors',
    header: 'errors',
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor((r) => r.e.p50, {
    id: 'p50',
    header: 'p50',
    meta: numeric,
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor((r) => r.e.p95, {
    id: 'p95',
    header: 'p95',
    meta: numeric,
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor((r) => r.e.p99, {
    id: 'p99',
    header: 'p99',
    meta: numeric,
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor((r) => r.e.throughput, {
    id: 'rps',
    header: 'per s',
    meta: numeric,
    cell: (x) => figureText(x.getValue(), ''),
  }),
  col.accessor((r) => r.void ?? '', {
    id: 'void',
    header: 'counts',
    cell: (x) => (x.getValue() === '' ? 'yes' : <span className="text-warn-ink">no: {x.getValue()}</span>),
  }),
];

/** The segments behind every figure above, folded away until somebody wants them. */
export function RoundsTable({ trial, endpoint }: { trial: TrialDetail; endpoint: string }) {
  const [open, setOpen] = useState(false);
  const rows = useMemo(
    () =>
      trial.segments.flatMap((s): Row[] => {
        const e = s.endpoints[endpoint];
        return e ? [{ ...s, e }] : [];
      }),
    [trial.segments, endpoint],
  );
  const rounds = new Set(trial.segments.map((s) => s.round)).size;
  return (
    <Card className="mb-3">
      <details onToggle={(event) => setOpen(event.currentTarget.open)} className="group">
        <summary className="flex list-none flex-wrap items-center gap-2 font-semibold [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden="true" className="size-4 transition-transform group-open:rotate-90" />
          The rounds behind it
          <span className="text-xs font-normal text-ink3">
            {plural(rounds, 'round')}, {plural(rows.length, 'segment')} of {endpoint}
          </span>
        </summary>
        {open && (
          <div className="mt-3">
            <DataTable
              caption={`Segments of ${endpoint}`}
              data={rows}
              columns={columns}
              rowKey={(r) => String(r.order)}
              minWidth={860}
              rowClass={(r) => (r.void === null ? undefined : 'text-ink3')}
            />
          </div>
        )}
      </details>
    </Card>
  );
}
