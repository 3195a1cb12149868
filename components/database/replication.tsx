'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { bytesText, durationText } from '@/lib/client/format';
import type { ServerState } from '@/lib/contracts/server-state';
import { DataTable } from '../ui/data-table';
import { Tag } from '../ui/tag';

type Replica = ServerState['replicas'][number];
type Slot = ServerState['slots'][number];
const replica = createColumnHelper<Replica>();
const slot = createColumnHelper<Slot>();
const numeric = { numeric: true };
const muted = (text: string) => <span className="text-ink3">{text}</span>;
const bytesOr = (v: number | null) => (v === null ? muted('not shown') : bytesText(v));

const replicaColumns = [
  replica.accessor('name', {
    header: 'replica',
    cell: ({ row: { original: r } }) => (
      <>
        <span className="font-medium break-words">{r.name}</span>
        <span className="block text-xs text-ink3">{r.client}</span>
      </>
    ),
  }),
  replica.accessor((r) => r.state ?? '', {
    id: 'state',
    header: 'state',
    cell: ({ row: { original: r } }) => [r.state, r.sync].filter(Boolean).join(', ') || muted('not shown'),
  }),
  replica.accessor((r) => r.replayLagMs ?? -1, {
    id: 'lag',
    header: 'lag',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: r } }) =>
      r.replayLagMs === null ? muted('no recent traffic') : durationText(r.replayLagMs),
  }),
  replica.accessor((r) => r.unsentBytes ?? -1, {
    id: 'unsent',
    header: 'not sent',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: r } }) => bytesOr(r.unsentBytes),
  }),
  replica.accessor((r) => r.behindBytes ?? -1, {
    id: 'behind',
    header: 'not replayed',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: r } }) => bytesOr(r.behindBytes),
  }),
];

export function ReplicasTable({ replicas }: { replicas: Replica[] }) {
  return (
    <DataTable
      caption="Replicas"
      data={replicas}
      columns={replicaColumns}
      rowKey={(r) => `${r.name} ${r.client}`}
      initialSort={[{ id: 'lag', desc: true }]}
      minWidth={640}
    />
  );
}

const slotColumns = [
  slot.accessor('name', {
    header: 'slot',
    cell: ({ row: { original: s } }) => (
      <>
        <span className="font-medium break-words">{s.name}</span>{' '}
        {!s.active && <Tag tone="warn">nobody reads it</Tag>}
        <span className="block text-xs text-ink3">{[s.type, s.database].filter(Boolean).join(' · ')}</span>
      </>
    ),
  }),
  slot.accessor((s) => s.walStatus ?? '', {
    id: 'status',
    header: 'its WAL',
    cell: ({ row: { original: s } }) => s.walStatus ?? muted('never used'),
  }),
  slot.accessor((s) => s.retainedBytes ?? -1, {
    id: 'retained',
    header: 'WAL kept for it',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: s } }) =>
      s.retainedBytes === null ? muted('never used') : bytesText(s.retainedBytes),
  }),
];

export function SlotsTable({ slots }: { slots: Slot[] }) {
  return (
    <DataTable
      caption="Replication slots"
      data={slots}
      columns={slotColumns}
      rowKey={(s) => s.name}
      initialSort={[{ id: 'retained', desc: true }]}
      minWidth={480}
    />
  );
}
