'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { bytesText, count } from '@/lib/client/format';
import { indexesQuery } from '@/lib/client/queries/observe';
import { useUrlState } from '@/lib/client/use-url-state';
import type { IndexRowView } from '@/lib/contracts/database';
import { FilterBox, FindingLinks, holds, NotReadYet, ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Segmented } from '../ui/segmented';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';

const col = createColumnHelper<IndexRowView>();

const flagged = (i: IndexRowView) => !i.valid || i.unused || i.coveredBy !== null;

function Flags({ index: i }: { index: IndexRowView }) {
  return (
    <span className="inline-flex flex-wrap gap-1">
      {i.primary ? <Tag>primary key</Tag> : i.unique && <Tag>unique</Tag>}
      {i.constraint && !i.primary && <Tag>constraint</Tag>}
      {!i.valid && <Tag tone="bad">invalid</Tag>}
      {i.unused && <Tag tone="warn">never used</Tag>}
      {i.coveredBy !== null && <Tag tone="warn">covered by {i.coveredBy}</Tag>}
    </span>
  );
}

const columns = [
  col.accessor('name', {
    header: 'index',
    meta: { className: 'min-w-56' },
    cell: ({ row: { original: i } }) => (
      <>
        <span className="font-medium break-words">{i.name}</span> <FindingLinks findings={i.findings} />
        <code className="block font-mono text-xs break-words text-ink2">{i.definition}</code>
      </>
    ),
  }),
  col.accessor('table', { header: 'table', cell: (x) => x.getValue() }),
  col.accessor((i) => (flagged(i) ? 1 : 0), {
    id: 'flags',
    header: 'kind',
    sortDescFirst: true,
    meta: { className: 'min-w-36' },
    cell: ({ row: { original: i } }) => <Flags index={i} />,
  }),
  col.accessor('bytes', {
    header: 'size',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => bytesText(x.getValue()),
  }),
  col.accessor('scans', {
    header: 'scans',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => count(x.getValue()),
  }),
];

const views = [
  { value: 'all', label: 'All' },
  { value: 'flagged', label: 'Unused, covered, invalid' },
] as const;

export function Indexes({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(indexesQuery(stack, target));
  const [filter, setFilter] = useUrlState('q', '');
  const [only, setOnly] = useUrlState('show', 'all');
  return (
    <Loaded query={query} framed>
      {(view) => {
        const shown = view.indexes.filter(
          (i) => holds(`${i.name} ${i.table} ${i.definition}`, filter) && (only !== 'flagged' || flagged(i)),
        );
        return (
          <Card title="Indexes" note={<ReadAgo at={view.takenAt} since={view.statsReset} />}>
            {view.takenAt === null ? (
              <NotReadYet />
            ) : (
              <>
                <div className="mb-2.5 flex flex-wrap items-center gap-2">
                  <FilterBox value={filter} onChange={setFilter} what="indexes" />
                  <Segmented
                    label="Which indexes"
                    options={views}
                    value={only === 'flagged' ? 'flagged' : 'all'}
                    onChange={setOnly}
                  />
                  <span className="ml-auto text-xs text-ink3">
                    {count(view.indexes.length)} indexes ·{' '}
                    {bytesText(view.indexes.reduce((sum, i) => sum + i.bytes, 0))}
                  </span>
                </div>
                {shown.length === 0 ? (
                  <Empty title={view.indexes.length === 0 ? 'This database has no indexes' : 'No such index'}>
                    {view.indexes.length === 0
                      ? 'Where one is wanted, a finding says so and offers to build it.'
                      : 'Other words, or none, show more.'}
                  </Empty>
                ) : (
                  <DataTable
                    caption="Indexes"
                    data={shown}
                    columns={columns}
                    rowKey={(i) => i.name}
                    initialSort={[{ id: 'bytes', desc: true }]}
                    sortKey="sort"
                    minWidth={820}
                  />
                )}
                <p className="pt-2.5 text-xs text-ink3">
                  Scans are counted on this server only: an index that is never used here may be used on a
                  replica.
                </p>
              </>
            )}
          </Card>
        );
      }}
    </Loaded>
  );
}
