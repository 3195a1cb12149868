'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { settingsQuery } from '@/lib/client/queries/observe';
import { settingText } from '@/lib/client/setting-text';
import { useUrlState } from '@/lib/client/use-url-state';
import type { SettingRowView } from '@/lib/contracts/database';
import { FilterBox, FindingLinks, holds, NotReadYet, ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';

const col = createColumnHelper<SettingRowView>();

const columns = [
  col.accessor('name', {
    header: 'setting',
    cell: ({ row: { original: s } }) => (
      <>
        <code className="font-mono text-[0.8125rem]">{s.name}</code> <FindingLinks findings={s.findings} />
        {s.pendingRestart && <Tag tone="warn">waits for a restart</Tag>}
      </>
    ),
  }),
  col.accessor('value', {
    header: 'value',
    enableSorting: false,
    meta: { className: 'max-w-[26rem]' },
    cell: ({ row: { original: s } }) => <span className="break-words">{settingText(s.value, s.unit)}</span>,
  }),
  col.accessor('source', {
    header: 'set by',
    cell: (x) => <span className="text-ink2">{x.getValue()}</span>,
  }),
  col.accessor('takesEffect', {
    header: 'a change takes effect',
    cell: (x) => <span className="text-ink2">{x.getValue()}</span>,
  }),
];

export function Settings({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(settingsQuery(stack, target));
  const [filter, setFilter] = useUrlState('q', '');
  return (
    <Loaded query={query} framed>
      {(view) => {
        const shown = view.settings.filter((s) => holds(`${s.name} ${s.value} ${s.source}`, filter));
        return (
          <Card title="Settings" note={<ReadAgo at={view.takenAt} />}>
            {view.takenAt === null ? (
              <NotReadYet />
            ) : (
              <>
                <div className="mb-2.5 flex flex-wrap items-center justify-between gap-2">
                  <FilterBox value={filter} onChange={setFilter} what="settings" />
                  <span className="text-xs text-ink3">
                    {view.settings.length} of {view.all} differ from the default or have a finding
                  </span>
                </div>
                {shown.length === 0 ? (
                  <Empty title="No such setting">Fewer or other words show more.</Empty>
                ) : (
                  <DataTable
                    caption="Settings"
                    data={shown}
                    columns={columns}
                    rowKey={(s) => s.name}
                    initialSort={[{ id: 'name', desc: false }]}
                    sortKey="sort"
                    minWidth={720}
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
