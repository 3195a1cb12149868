'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { count, dateLong, durationText } from '@/lib/client/format';
import type { CacheView } from '@/lib/contracts/cache';
import { ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/states';

type Entry = CacheView['slowLog']['entries'][number] & { key: string };
const col = createColumnHelper<Entry>();

const columns = [
  col.accessor('at', { header: 'when', sortDescFirst: true, cell: (x) => dateLong(x.getValue()) }),
  col.accessor('command', {
    header: 'command',
    cell: (x) => <code className="font-mono">{x.getValue()}</code>,
  }),
  col.accessor('ms', {
    header: 'took',
    sortDescFirst: true,
    meta: { numeric: true },
    cell: (x) => durationText(x.getValue()),
  }),
];

/** The newest entries of the server's slow log, without the arguments: they may hold data. */
export function SlowLog({ view }: { view: CacheView }) {
  const { length, thresholdMs, entries } = view.slowLog;
  const slower = thresholdMs === null ? 'its threshold' : durationText(thresholdMs);
  const off = thresholdMs !== null && thresholdMs < 0;
  return (
    <Card title="Slow log" note={<ReadAgo at={view.takenAt} />}>
      {off ? (
        <Empty title="The slow log is off">slowlog-log-slower-than is negative.</Empty>
      ) : length === null ? (
        <Empty title="The slow log may not be read">Its user needs the command SLOWLOG.</Empty>
      ) : entries.length === 0 ? (
        <Empty title="The slow log is empty">
          No command took longer than {slower} since it was last reset.
        </Empty>
      ) : (
        <>
          <DataTable
            caption="Slow log"
            data={entries.map((e, i) => ({ ...e, key: `${e.at} ${i}` }))}
            columns={columns}
            rowKey={(e) => e.key}
            initialSort={[{ id: 'at', desc: true }]}
          />
          <p className="pt-2.5 text-xs text-ink3">
            The newest {count(entries.length)} of {count(length)} entries: commands that took longer than{' '}
            {slower}. Arguments are left out, as they may hold data.
          </p>
        </>
      )}
    </Card>
  );
}
