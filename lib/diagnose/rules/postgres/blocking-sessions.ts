import { finding, shortSql } from '../../finding';
import { defaultLimits } from '../../limits';
import type { LiveSession } from '../../live/sessions';
import type { PostgresContext, Rule } from '../../types';
import { notConnected, unlessAllSeen } from './not-connected';

const id = 'postgres/blocking-sessions';

/** Sessions at the head of a queue: several others wait for their locks, and wait long. */
export const blockingSessions: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Sessions that block others',
    kind: 'postgres',
    needs: ['a connection', 'pg_monitor'],
    thresholds: [
      { name: 'sessions that wait', value: defaultLimits.blockedSessions, unit: '', source: 'pganalyze' },
      { name: 'longest wait', value: defaultLimits.blockedMs, unit: 'ms', source: 'pganalyze' },
    ],
  },
  check(context) {
    const { live, target, limits } = context;
    if (live === null) return { findings: [], cannotCheck: [notConnected(id, context)] };
    const findings = live.sessions
      // One that waits itself is not the cause: the head of its queue is.
      .filter((s) => s.blockedBy.length === 0)
      .flatMap((s) => {
        const queue = waitingFor(s.pid, live.sessions);
        const longest = Math.max(0, ...queue.map((w) => w.waitMs ?? 0));
        if (queue.length < limits.blockedSessions || longest <= limits.blockedMs) return [];
        const who = s.application || s.user || 'unnamed';
        return finding(
          {
            id,
            severity: 'critical',
            target,
            subject: `process ${s.pid}`,
            title: `A session of ${who} keeps ${queue.length} others waiting, the longest for ${Math.round(longest / 1000)} s`,
            detail: `It is ${s.state ?? 'in a state that is not shown'}. ${s.state === 'active' ? 'It runs' : 'Its last statement'}: ${shortSql(s.query, 500)}. The first that waits: ${shortSql(queue[0]?.query ?? '', 300)}`,
            evidence: [
              { label: 'sessions that wait', value: queue.length, unit: '' },
              { label: 'longest wait', value: longest, unit: 'ms' },
              ...(s.transactionMs === null
                ? []
                : [{ label: 'transaction open for', value: s.transactionMs, unit: 'ms' }]),
              { label: 'state', value: s.state ?? 'not known', unit: '' },
              { label: 'application', value: s.application || 'not given', unit: '' },
              { label: 'role', value: s.user ?? 'not known', unit: '' },
            ],
            weight: 1,
            optimizations: [
              ...(s.state === 'active' ? ['postgres/cancel-session'] : []),
              'postgres/terminate-session',
            ],
            facts: { pid: s.pid, startedAt: s.startedAt, because: 'blocking' },
          },
          ` ${s.startedAt}`,
        );
      });
    return { findings, cannotCheck: unlessAllSeen(id, context) };
  },
};

/** Sessions that wait for a process, directly or behind others; longest wait first. */
function waitingFor(pid: number, sessions: readonly LiveSession[]): LiveSession[] {
  const found = new Set<number>([pid]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const s of sessions) if (s.blockedBy.some((b) => found.has(b))) found.add(s.pid);
  }
  return sessions
    .filter((s) => s.pid !== pid && found.has(s.pid))
    .sort((a, b) => (b.waitMs ?? 0) - (a.waitMs ?? 0));
}
