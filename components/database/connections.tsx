'use client';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { count, durationText } from '@/lib/client/format';
import { activityQuery } from '@/lib/client/queries/observe';
import type { Activity, BlockedSession, Session } from '@/lib/contracts/activity';
import { ReadAgo } from '../observe/parts';
import { TimePanels } from '../time/time-panels';
import { useTimeScope } from '../time/time-scope';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { connectionPanels } from './panels';
import { Counts, SessionsTable } from './sessions';

/** While the page is live, sessions are read this often, ms. */
const everyMs = 5_000;

/** Who is connected now, what they wait for, and who blocks whom. Read from the server while someone looks. */
export function Connections({ stack, target }: { stack: string; target: string }) {
  const { live } = useTimeScope();
  const query = useQuery(activityQuery(stack, target, live ? everyMs : false));
  const panels = connectionPanels(target);
  return (
    <div className="grid gap-3">
      <TimePanels panels={panels} stack={stack} className="3xl:grid-cols-3" />
      <Loaded query={query} framed>
        {({ activity }) => (
          <>
            <Blocked activity={activity} />
            <Card
              title={`${count(activity.used)} of ${count(activity.max)} connections in use`}
              note={
                <span className="inline-flex items-center gap-2">
                  <ReadAgo at={activity.readAt} />
                  {!live && (
                    <Button small busy={query.isFetching} onClick={() => void query.refetch()}>
                      {!query.isFetching && <RefreshCw aria-hidden="true" className="size-3.5" />}
                      Read again
                    </Button>
                  )}
                </span>
              }
            >
              <Breakdown activity={activity} />
            </Card>
            <Card
              title="Busy sessions"
              note="active, or with a transaction open; the longest transaction first"
            >
              {activity.busy.length === 0 ? (
                <Empty title="Nobody does anything at this moment">Idle connections are counted above.</Empty>
              ) : (
                <SessionsTable caption="Busy sessions" sessions={activity.busy} />
              )}
              {activity.busyLeftOut > 0 && (
                <p className="pt-2 text-xs text-ink3">and {count(activity.busyLeftOut)} more</p>
              )}
            </Card>
          </>
        )}
      </Loaded>
    </div>
  );
}

function Breakdown({ activity }: { activity: Activity }) {
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-3">
      <Counts
        title="By state"
        rows={activity.states.map((s) => ({
          key: s.state,
          label: s.state,
          note: s.longestMs === null ? '' : `longest ${durationText(s.longestMs)}`,
          n: s.sessions,
        }))}
        empty="No session besides Ratchet’s own."
      />
      <Counts
        title="By application"
        rows={activity.applications.map((a) => ({
          key: `${a.application} ${a.user}`,
          label: a.application || '(no name given)',
          note: [
            a.user ?? '',
            a.active > 0 ? `${a.active} active` : '',
            a.idleInTransaction > 0 ? `${a.idleInTransaction} idle in transaction` : '',
          ]
            .filter(Boolean)
            .join(' · '),
          n: a.sessions,
        }))}
        empty="No session besides Ratchet’s own."
      />
      <Counts
        title="What active sessions wait for"
        rows={activity.waits.map((w) => ({ key: w.waitsFor, label: w.waitsFor, note: '', n: w.sessions }))}
        empty="No active session waits: they compute, or nobody is active."
      />
    </div>
  );
}

function Blocked({ activity }: { activity: Activity }) {
  if (activity.blocked.length === 0) {
    return (
      <Card title="Locks" note={<ReadAgo at={activity.readAt} />}>
        <p className="text-sm text-ink2">No session waits for another one’s lock.</p>
      </Card>
    );
  }
  const find = (pid: number): Session | undefined =>
    [...activity.blocked, ...activity.busy].find((s) => s.pid === pid);
  return (
    <Card title="Who blocks whom" note={<ReadAgo at={activity.readAt} />} className="border-bad">
      <ul className="grid gap-3">
        {activity.blocked.map((session) => (
          <li key={session.pid} className="border-t border-line2 pt-3 first:border-t-0 first:pt-0">
            <BlockedRow
              session={session}
              blockers={session.blockedBy.map((pid) => ({ pid, found: find(pid) }))}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function BlockedRow({
  session,
  blockers,
}: {
  session: BlockedSession;
  blockers: { pid: number; found: Session | undefined }[];
}) {
  return (
    <div className="grid gap-x-6 gap-y-2 text-sm lg:grid-cols-2">
      <div className="min-w-0">
        <p>
          <Tag tone="warn">waits</Tag> <span className="font-medium">pid {session.pid}</span>{' '}
          <span className="text-ink2">
            {session.application || session.user} for {session.wants}, {durationText(session.stateMs)}
          </span>
        </p>
        <code className="mt-0.5 line-clamp-3 font-mono text-xs break-words text-ink2">{session.query}</code>
      </div>
      <div className="grid min-w-0 gap-2">
        {blockers.map(({ pid, found }) => (
          <div key={pid}>
            <p>
              <Tag tone="bad">blocks it</Tag> <span className="font-medium">pid {pid}</span>{' '}
              <span className="text-ink2">
                {found
                  ? `${found.application || found.user}, ${found.state}, transaction open for ${durationText(found.transactionMs)}`
                  : 'a prepared transaction, or a session that has ended'}
              </span>
            </p>
            {found && (
              <code className="mt-0.5 line-clamp-3 font-mono text-xs break-words text-ink2">
                {found.query}
              </code>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
