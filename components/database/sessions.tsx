'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { count, durationText } from '@/lib/client/format';
import type { Session } from '@/lib/contracts/activity';
import { DataTable } from '../ui/data-table';

const col = createColumnHelper<Session>();

const columns = [
  col.accessor('pid', { header: 'pid', cell: (x) => <span className="text-ink3">{x.getValue()}</span> }),
  col.accessor((s) => s.application || s.user || '', {
    id: 'who',
    header: 'who',
    cell: ({ row: { original: s } }) => (
      <>
        <span className="whitespace-nowrap">{s.application || '(no name given)'}</span>
        <span className="block text-xs whitespace-nowrap text-ink3">
          {[s.user, s.client].filter(Boolean).join(' · ')}
        </span>
      </>
    ),
  }),
  col.accessor('state', {
    header: 'state',
    cell: ({ row: { original: s } }) => (
      <>
        <span className="whitespace-nowrap">{s.state}</span>
        {s.waitsFor && <span className="block text-xs text-warn-ink">waits for {s.waitsFor}</span>}
      </>
    ),
  }),
  col.accessor((s) => s.transactionMs ?? -1, {
    id: 'transaction',
    header: 'transaction open',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: ({ row: { original: s } }) =>
      s.transactionMs === null ? <span className="text-ink3">none</span> : durationText(s.transactionMs),
  }),
  col.accessor('query', {
    header: 'statement, without its constants',
    enableSorting: false,
    meta: { className: 'w-full min-w-72' },
    cell: (x) => (
      <code className="line-clamp-2 font-mono text-xs leading-relaxed break-words">{x.getValue()}</code>
    ),
  }),
];

export function SessionsTable({ caption, sessions }: { caption: string; sessions: Session[] }) {
  return (
    <DataTable
      caption={caption}
      data={sessions}
      columns={columns}
      rowKey={(s) => String(s.pid)}
      initialSort={[{ id: 'transaction', desc: true }]}
      minWidth={860}
    />
  );
}

interface CountsProps {
  title: string;
  rows: { key: string; label: string; note: string; n: number }[];
  empty: string;
}

/** How many of what, the most first. */
export function Counts({ title, rows, empty }: CountsProps) {
  return (
    <div>
      <h3 className="mb-1 text-xs font-medium text-ink2">{title}</h3>
      {rows.length === 0 ? (
        <p className="text-sm text-ink3">{empty}</p>
      ) : (
        <ul className="text-sm">
          {rows.slice(0, 12).map((row) => (
            <li
              key={row.key}
              className="flex items-baseline justify-between gap-3 border-t border-line2 py-1 first:border-t-0"
            >
              <span className="min-w-0 break-words">
                {row.label}
                {row.note && <span className="text-xs text-ink3"> {row.note}</span>}
              </span>
              <span className="font-medium">{count(row.n)}</span>
            </li>
          ))}
          {rows.length > 12 && <li className="pt-1 text-xs text-ink3">and {rows.length - 12} more</li>}
        </ul>
      )}
    </div>
  );
}
