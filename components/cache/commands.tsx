'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { count, durationText, timeLeft } from '@/lib/client/format';
import type { CacheView, CommandRow } from '@/lib/contracts/cache';
import { ShareBar } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/states';

const col = createColumnHelper<CommandRow>();
const numeric = { numeric: true };
const orNone = (v: number | null) =>
  v === null ? (
    <span className="text-ink3">not reported</span>
  ) : v > 0 ? (
    <span className="text-bad-ink">{count(v)}</span>
  ) : (
    '0'
  );

const columns = [
  col.accessor('command', {
    header: 'command',
    cell: (x) => <code className="font-mono">{x.getValue()}</code>,
  }),
  col.accessor('share', {
    header: 'share of time',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => <ShareBar share={x.getValue()} />,
  }),
  col.accessor('calls', {
    header: 'calls',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor('perCallMs', {
    header: 'mean',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor((c) => c.p99Ms ?? -1, {
    id: 'p99',
    header: 'p99',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: c } }) =>
      c.p99Ms === null ? (
        <span className="text-ink3">not reported</span>
      ) : (
        <>
          {durationText(c.p99Ms)}
          {c.p50Ms !== null && <span className="block text-xs text-ink3">p50 {durationText(c.p50Ms)}</span>}
        </>
      ),
  }),
  col.accessor('totalMs', {
    header: 'total',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor((c) => c.rejected ?? -1, {
    id: 'rejected',
    header: 'rejected',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row }) => orNone(row.original.rejected),
  }),
  col.accessor((c) => c.failed ?? -1, {
    id: 'failed',
    header: 'failed',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row }) => orNone(row.original.failed),
  }),
];

/** What the server is asked for, by what it costs. */
export function Commands({ view }: { view: CacheView }) {
  return (
    <Card
      title="Commands"
      note={view.uptime === null ? undefined : `counted since its start ${timeLeft(view.uptime)} ago`}
    >
      {view.commands.length === 0 ? (
        <Empty title="No command is counted">This server does not report commandstats.</Empty>
      ) : (
        <>
          <DataTable
            caption="Commands"
            data={view.commands}
            columns={columns}
            rowKey={(c) => c.command}
            initialSort={[{ id: 'share', desc: true }]}
            sortKey="sort"
            minWidth={760}
          />
          <p className="pt-2.5 text-xs text-ink3">
            Ratchet’s own readings (INFO, PING, SCAN, TTL, TYPE, MEMORY USAGE) are among them: the server does
            not tell them apart. Time is CPU time inside the server, without network and waiting.
          </p>
        </>
      )}
    </Card>
  );
}
