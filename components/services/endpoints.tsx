'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { count, durationText, figureText, timeLeft } from '@/lib/client/format';
import type { EndpointRow, ServiceView } from '@/lib/contracts/services';
import { FindingLinks, ReadAgo, ShareBar } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/states';

const col = createColumnHelper<EndpointRow>();
const numeric = { numeric: true };
const unmeasured = <span className="text-ink3">not measured</span>;

const time = (key: 'p50' | 'p95' | 'p99') =>
  col.accessor((e) => e[key] ?? -1, {
    id: key,
    header: key,
    sortDescFirst: true,
    meta: key === 'p95' ? { ...numeric, term: 'percentile' as const } : numeric,
    cell: ({ row: { original: e } }) => (e[key] === null ? unmeasured : durationText(e[key])),
  });

const columnsOf = (onChoose: (name: string) => void) => [
  col.accessor('name', {
    header: 'endpoint',
    meta: { className: 'min-w-56' },
    cell: ({ row: { original: e } }) => (
      <>
        <button
          type="button"
          onClick={() => onChoose(e.name)}
          className="text-left font-mono text-xs break-all hover:underline"
          title="Show it in the charts"
        >
          {e.name}
        </button>{' '}
        <FindingLinks findings={e.findings} />
      </>
    ),
  }),
  time('p50'),
  time('p95'),
  time('p99'),
  col.accessor((e) => e.perSecond ?? -1, {
    id: 'throughput',
    header: 'throughput',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: e } }) => (e.perSecond === null ? unmeasured : figureText(e.perSecond, '/s')),
  }),
  col.accessor((e) => e.share ?? -1, {
    id: 'share',
    header: 'share of requests',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: e } }) => (e.share === null ? unmeasured : <ShareBar share={e.share} />),
  }),
  col.accessor('requests', {
    header: 'requests',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor((e) => e.errors ?? -1, {
    id: 'errors',
    header: 'errors',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: e } }) =>
      e.errors === null ? (
        unmeasured
      ) : (
        <span className={e.errors > 0.01 ? 'text-bad-ink' : ''}>{figureText(e.errors, 'ratio')}</span>
      ),
  }),
];

/** Every endpoint the service's own histogram tells apart. */
export function Endpoints({ view, onChoose }: { view: ServiceView; onChoose: (name: string) => void }) {
  const columns = useMemo(() => columnsOf(onChoose), [onChoose]);
  const window =
    view.windowSeconds === null ? 'since the service started' : `over ${timeLeft(view.windowSeconds)}`;
  return (
    <Card
      title="Endpoints"
      note={
        view.missing === null ? (
          <>
            {window} · <ReadAgo at={view.takenAt} />
          </>
        ) : undefined
      }
    >
      {view.missing !== null ? (
        <Empty title="Endpoints are not measured">
          {view.missing} Without the service’s own histogram only the probe below is measured: a few probes
          tell nothing of what users get.
        </Empty>
      ) : view.endpoints.length === 0 ? (
        <Empty title="No requests in this window">
          Reading the metrics page and Ratchet’s own probe do not count.
        </Empty>
      ) : (
        <>
          <DataTable
            caption="Endpoints"
            data={view.endpoints}
            columns={columns}
            rowKey={(e) => e.name}
            initialSort={[{ id: 'p95', desc: true }]}
            sortKey="sort"
            minWidth={860}
          />
          <p className="pt-2.5 text-xs text-ink3">
            From the buckets of <code className="font-mono">{view.histogram}</code>, interpolated as
            Prometheus’ histogram_quantile does: no finer than the service’s buckets are.
          </p>
        </>
      )}
    </Card>
  );
}
