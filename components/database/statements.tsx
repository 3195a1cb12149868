'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { bytesText, count, durationText, number, percent } from '@/lib/client/format';
import { oneLine } from '@/lib/client/format-sql';
import { statementsQuery } from '@/lib/client/queries/observe';
import { useUrlState } from '@/lib/client/use-url-state';
import type { StatementRow } from '@/lib/contracts/database';
import { FilterBox, FindingLinks, holds, NotReadYet, ReadAgo, ShareBar } from '../observe/parts';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty, Loaded } from '../ui/states';

const col = createColumnHelper<StatementRow>();

const columns = (target: string) => [
  col.accessor('query', {
    header: 'statement',
    meta: { className: 'w-full min-w-56' },
    cell: ({ row: { original: s } }) => (
      <>
        <StackLink
          href={`/database?target=${encodeURIComponent(target)}&tab=statements&statement=${s.queryId}`}
          className="line-clamp-2 font-mono text-xs leading-relaxed break-words hover:underline"
        >
          {oneLine(s.query)}
        </StackLink>
        <FindingLinks findings={s.findings} />
      </>
    ),
  }),
  col.accessor('share', {
    header: 'share of time',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => <ShareBar share={x.getValue()} />,
  }),
  col.accessor('calls', {
    header: 'calls',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => count(x.getValue()),
  }),
  col.accessor('meanMs', {
    header: 'mean',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor('totalMs', {
    header: 'total',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => durationText(x.getValue()),
  }),
  col.accessor('rowsPerCall', {
    header: 'rows/call',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => number(x.getValue()),
  }),
  col.accessor((s) => s.hitRatio ?? 2, {
    id: 'hit',
    header: 'hits',
    meta: { numeric: true, term: 'hit-ratio' },
    cell: ({ row: { original: s } }) =>
      s.hitRatio === null ? <span className="text-ink3">no blocks</span> : `${percent(s.hitRatio)}\u202f%`,
  }),
  col.accessor('tempBytes', {
    header: 'temp',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => bytesText(x.getValue()),
  }),
  col.accessor('walBytes', {
    header: 'WAL',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => bytesText(x.getValue()),
  }),
];

/** The statements of a database as pg_stat_statements counts them. */
export function Statements({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(statementsQuery(stack, target));
  const [filter, setFilter] = useUrlState('q', '');
  return (
    <Loaded query={query} framed>
      {(view) => {
        const shown = view.statements.filter((s) => holds(`${s.query} ${s.queryId}`, filter));
        return (
          <Card title="Statements" note={<ReadAgo at={view.takenAt} since={view.since} />}>
            {view.takenAt === null ? (
              <NotReadYet />
            ) : view.missing !== null ? (
              <Empty title="Statements are not counted">{view.missing}</Empty>
            ) : (
              <>
                <div className="mb-2.5 flex flex-wrap items-center justify-between gap-2">
                  <FilterBox value={filter} onChange={setFilter} what="statements" />
                  <span className="text-xs text-ink3">
                    {filter === '' ? '' : `${count(shown.length)} of `}
                    {count(view.statements.length)} statements · {durationText(view.totalMs)} in all
                  </span>
                </div>
                {shown.length === 0 ? (
                  <Empty
                    title={filter === '' ? 'No statement was counted yet' : 'No statement has these words'}
                  >
                    {filter === ''
                      ? 'They appear within a minute of the first that an application runs.'
                      : 'Fewer or other words show more.'}
                  </Empty>
                ) : (
                  <DataTable
                    caption="Statements"
                    data={shown}
                    columns={remembered(target)}
                    rowKey={(s) => s.queryId}
                    initialSort={[{ id: 'share', desc: true }]}
                    sortKey="sort"
                    minWidth={940}
                  />
                )}
              </>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}

const kept = new Map<string, ReturnType<typeof columns>>();
/** The same columns at each render: the table would be built anew otherwise. */
function remembered(target: string) {
  const found = kept.get(target) ?? columns(target);
  kept.set(target, found);
  return found;
}
