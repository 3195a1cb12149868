'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { bytesText, count, durationText, figureText } from '@/lib/client/format';
import { LoadErrorKind, type LoadFigures, type LoadSummary } from '@/lib/contracts/load-record';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { errorWord } from './load-words';

interface Row extends LoadFigures {
  name: string;
}
const col = createColumnHelper<Row>();
const numeric = { numeric: true };

const time = (key: 'average' | 'p50' | 'p90' | 'p95' | 'p99' | 'max') =>
  col.accessor((e) => e[key] ?? -1, {
    id: key,
    header: key,
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: e } }) => durationText(e[key]),
  });

const columnsOf = (withBytes: boolean) => [
  col.accessor('name', {
    header: 'endpoint',
    meta: { className: 'min-w-40' },
    cell: (x) => <span className="font-mono text-xs break-all">{x.getValue()}</span>,
  }),
  time('p95'),
  time('p50'),
  time('p90'),
  time('p99'),
  time('max'),
  time('average'),
  col.accessor('rps', {
    header: 'throughput',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => figureText(x.getValue(), '/s'),
  }),
  col.accessor('count', {
    header: 'requests',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor((e) => e.errorRate ?? -1, {
    id: 'errors',
    header: 'errors',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: e } }) => (
      <span className={e.errors > 0 ? 'text-bad-ink' : ''}>
        {figureText(e.errorRate, 'ratio')}
        {e.errors > 0 && <span className="block text-2xs">{kinds(e)}</span>}
      </span>
    ),
  }),
  ...(withBytes
    ? [
        col.accessor('bytes', {
          header: 'received',
          sortDescFirst: true,
          meta: numeric,
          cell: (x) => bytesText(x.getValue()),
        }),
      ]
    : []),
];

const kinds = ({ errorKinds }: LoadFigures) =>
  LoadErrorKind.options
    .flatMap((k) => (errorKinds[k] ? [`${errorWord[k]} ${count(errorKinds[k])}×`] : []))
    .join(', ');

/** Every endpoint, and all together. `bytes`: the generator counted what was received. */
export function EndpointFigures({ summary, bytes }: { summary: LoadSummary | null; bytes: boolean }) {
  const rows = useMemo(
    () =>
      summary
        ? [
            ...Object.entries(summary.endpoints).map(([name, f]): Row => ({ name, ...f })),
            { name: 'all requests', ...summary.total },
          ]
        : [],
    [summary],
  );
  const columns = useMemo(() => columnsOf(bytes), [bytes]);
  return (
    <Card className="mb-3" title="Endpoints" note="failed requests count in the latencies too">
      <DataTable
        caption="Endpoints of the load test"
        data={rows}
        columns={columns}
        rowKey={(e) => e.name}
        rowClass={(e) => (e.name === 'all requests' ? 'font-medium' : undefined)}
        minWidth={980}
        pinFirst
      />
    </Card>
  );
}
