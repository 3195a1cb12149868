'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { ago, bytesText, count, percent, plural } from '@/lib/client/format';
import { tablesQuery } from '@/lib/client/queries/observe';
import { useNow } from '@/lib/client/use-now';
import { useUrlState } from '@/lib/client/use-url-state';
import type { TableRowView } from '@/lib/contracts/database';
import { FilterBox, FindingLinks, holds, NotReadYet, ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty, Loaded } from '../ui/states';

const col = createColumnHelper<TableRowView>();
const none = (text: string) => <span className="text-ink3">{text}</span>;
const numeric = { numeric: true };

function Ago({ at }: { at: string | null }) {
  const now = useNow(30_000);
  return at === null ? none('never') : ago(at, now);
}

function Growth({ perDay }: { perDay: number | null }) {
  if (perDay === null) return none('not known yet');
  if (Math.abs(perDay) < 1) return none('none');
  return `${perDay < 0 ? '\u2212' : '+'}${bytesText(Math.abs(perDay))}/day`;
}

const columns = [
  col.accessor('name', {
    header: 'table',
    meta: { className: 'w-full min-w-40' },
    cell: ({ row: { original: t } }) => (
      <>
        <span className="font-medium break-words">{t.name}</span>{' '}
        {t.kind !== 'table' && <span className="text-xs text-ink3">{t.kind} </span>}
        <FindingLinks findings={t.findings} />
      </>
    ),
  }),
  col.accessor('totalBytes', {
    header: 'size',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: t } }) => (
      <>
        {bytesText(t.totalBytes)}
        <span className="block text-xs text-ink3">{bytesText(t.indexBytes)} indexes</span>
      </>
    ),
  }),
  col.accessor((t) => t.growthPerDay ?? Number.NEGATIVE_INFINITY, {
    id: 'growth',
    header: 'growth',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: t } }) => <Growth perDay={t.growthPerDay} />,
  }),
  col.accessor('rows', {
    header: 'rows',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor('deadRows', {
    header: 'dead rows',
    sortDescFirst: true,
    meta: { ...numeric, term: 'dead-rows' },
    cell: ({ row: { original: t } }) => (
      <>
        {count(t.deadRows)}
        {t.deadShare !== null && t.deadRows > 0 && (
          <span className="block text-xs text-ink3">{percent(t.deadShare)}&#8239;%</span>
        )}
      </>
    ),
  }),
  col.accessor((t) => t.lastVacuum ?? '', {
    id: 'vacuum',
    header: 'last vacuum',
    meta: numeric,
    cell: ({ row: { original: t } }) => <Ago at={t.lastVacuum} />,
  }),
  col.accessor((t) => t.lastAnalyze ?? '', {
    id: 'analyze',
    header: 'last analyze',
    meta: numeric,
    cell: ({ row: { original: t } }) => (
      <>
        <Ago at={t.lastAnalyze} />
        {t.modifiedSinceAnalyze > 0 && (
          <span className="block text-xs text-ink3">
            {plural(t.modifiedSinceAnalyze, 'row')} changed since
          </span>
        )}
      </>
    ),
  }),
  col.accessor('seqScans', {
    header: 'seq. scans',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  col.accessor('indexScans', {
    header: 'index scans',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
];

export function Tables({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(tablesQuery(stack, target));
  const [filter, setFilter] = useUrlState('q', '');
  return (
    <Loaded query={query} framed>
      {(view) => {
        const shown = view.tables.filter((t) => holds(t.name, filter));
        return (
          <Card title="Tables" note={<ReadAgo at={view.takenAt} since={view.statsReset} />}>
            {view.takenAt === null ? (
              <NotReadYet />
            ) : (
              <>
                <div className="mb-2.5 flex flex-wrap items-center justify-between gap-2">
                  <FilterBox value={filter} onChange={setFilter} what="tables" />
                  <span className="text-xs text-ink3">
                    {count(view.tables.length)} tables
                    {view.databaseBytes !== null && ` · database ${bytesText(view.databaseBytes)}`}
                  </span>
                </div>
                {shown.length === 0 ? (
                  <Empty title={filter === '' ? 'This database has no tables' : 'No table has these words'}>
                    {filter === ''
                      ? 'If it should have some: the target may name another database, or its user may not see them.'
                      : 'Fewer or other words show more.'}
                  </Empty>
                ) : (
                  <DataTable
                    caption="Tables"
                    data={shown}
                    columns={columns}
                    rowKey={(t) => t.name}
                    initialSort={[{ id: 'totalBytes', desc: true }]}
                    sortKey="sort"
                    minWidth={940}
                  />
                )}
                <p className="pt-2.5 text-xs text-ink3">
                  Rows are the planner’s estimate. Growth is taken from the sizes of the last 24 hours.
                </p>
              </>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}
