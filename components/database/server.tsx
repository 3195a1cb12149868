'use client';
import { useQuery } from '@tanstack/react-query';
import { bytesText, count, dateText, durationText, percent } from '@/lib/client/format';
import { serverQuery } from '@/lib/client/queries/observe';
import type { ServerState } from '@/lib/contracts/server-state';
import { ReadAgo } from '../observe/parts';
import { TimePanels } from '../time/time-panels';
import { useTimeScope } from '../time/time-scope';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { Empty, Loaded } from '../ui/states';
import { serverPanels } from './panels';
import { ReplicasTable, SlotsTable } from './replication';

/** While the page is live, the server is read this often, ms. */
const everyMs = 15_000;

/** Checkpoints, WAL and replication of the server: over time, and as it is now. */
export function Server({ stack, target }: { stack: string; target: string }) {
  const { live } = useTimeScope();
  const query = useQuery(serverQuery(stack, target, live ? everyMs : false));
  return (
    <div className="grid gap-3">
      <TimePanels panels={serverPanels(target)} stack={stack} />
      <Loaded query={query} framed>
        {({ server }) => (
          <>
            <div className="grid items-start gap-3 lg:grid-cols-2">
              <Card
                title="Checkpoints"
                note={<ReadAgo at={server.readAt} since={server.checkpoints.since} />}
              >
                <Facts items={checkpointFacts(server.checkpoints)} />
              </Card>
              <Card title="WAL" note={<ReadAgo at={server.readAt} since={server.wal?.since ?? null} />}>
                <Facts items={walFacts(server)} />
              </Card>
            </div>
            <Card title="Replicas" note={server.standby ? 'this server is a standby' : 'of this server'}>
              {server.standby && (
                <p className="pb-2 text-sm">
                  {server.standbyLagMs === null
                    ? 'This standby has replayed all that it received.'
                    : `This standby is ${durationText(server.standbyLagMs)} behind.`}
                </p>
              )}
              {server.replicas.length === 0 ? (
                <Empty title="No replica is connected">
                  One that streams from this server is listed here with its lag.
                </Empty>
              ) : (
                <ReplicasTable replicas={server.replicas} />
              )}
              {server.replicas.length > 0 && !server.seesAll && (
                <p className="pt-2 text-xs text-ink3">
                  This role is not shown where the replicas are. GRANT pg_monitor to it to see them.
                </p>
              )}
            </Card>
            <Card title="Replication slots" note="the server keeps WAL for each, read or not">
              {server.slots.length === 0 ? (
                <Empty title="There is no replication slot">
                  A slot keeps WAL for its reader; one that is made is listed here with what it holds back.
                </Empty>
              ) : (
                <SlotsTable slots={server.slots} />
              )}
            </Card>
          </>
        )}
      </Loaded>
    </div>
  );
}

function checkpointFacts(c: ServerState['checkpoints']) {
  const all = c.timed + c.requested;
  const written = c.bytes + c.cleanerBytes + (c.sessionBytes ?? 0);
  const share = (bytes: number) =>
    `${bytesText(bytes)}${written > 0 && c.sessionBytes !== null ? ` (${percent(bytes / written)}\u202f%)` : ''}`;
  return [
    { label: 'By time', value: count(c.timed) },
    {
      label: 'Requested',
      value: `${count(c.requested)}${all > 0 ? ` (${percent(c.requested / all)}\u202f% of all)` : ''}`,
    },
    { label: 'Time to write', value: durationText(c.writeMs) },
    { label: 'Time to sync', value: durationText(c.syncMs) },
    { label: 'Written by checkpoints', value: share(c.bytes) },
    { label: 'By the background writer', value: share(c.cleanerBytes) },
    {
      label: 'By sessions themselves',
      value: c.sessionBytes === null ? 'not reported' : share(c.sessionBytes),
    },
  ];
}

function walFacts({ wal, walFolder, archiver }: ServerState) {
  const { mode, archived, failed, lastFailedAt } = archiver;
  return [
    ...(wal === null
      ? [{ label: 'Counters', value: 'PostgreSQL counts WAL from version 14 on' }]
      : [
          { label: 'Generated', value: bytesText(wal.bytes) },
          { label: 'Records', value: count(wal.records) },
          { label: 'Pages written whole', value: count(wal.fullPageImages) },
          { label: 'Forced out of full wal_buffers', value: `${count(wal.buffersFull)} times` },
        ]),
    {
      label: 'Kept on disk',
      value:
        walFolder === null
          ? 'not shown to this role: pg_monitor may see it'
          : `${bytesText(walFolder.bytes)} in ${count(walFolder.files)} files`,
    },
    {
      label: 'Archiving',
      value:
        mode === 'off'
          ? 'off'
          : `${count(archived)} files archived, ${count(failed)} failed${lastFailedAt === null ? '' : `, the last ${dateText(lastFailedAt)}`}`,
    },
  ];
}
