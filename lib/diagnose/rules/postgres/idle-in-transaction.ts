import { counted, finding, shortSql } from '../../finding';
import { defaultLimits } from '../../limits';
import type { PostgresContext, Rule } from '../../types';
import { notConnected, unlessAllSeen } from './not-connected';

const id = 'postgres/idle-in-transaction';

/** Sessions that keep a transaction open and do nothing in it. */
export const idleInTransaction: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Sessions idle in a transaction',
    kind: 'postgres',
    needs: ['a connection', 'pg_monitor'],
    thresholds: [
      {
        name: 'idle in a transaction for',
        value: defaultLimits.idleInTransactionMs,
        unit: 'ms',
        source: 'PgHero, PMM',
      },
    ],
  },
  check(context) {
    const { live, target, limits } = context;
    if (live === null) return { findings: [], cannotCheck: [notConnected(id, context)] };
    const findings = live.sessions
      .filter(
        (s) => s.state?.startsWith('idle in transaction') && (s.stateMs ?? 0) > limits.idleInTransactionMs,
      )
      .map((s) => {
        const waiting = live.sessions.filter((w) => w.blockedBy.includes(s.pid)).length;
        const who = s.application || s.user || 'unnamed';
        return finding(
          {
            id,
            severity: waiting > 0 ? 'high' : 'medium',
            target,
            subject: `process ${s.pid}`,
            title: `A session of ${who} has been idle in a transaction for ${Math.round((s.stateMs ?? 0) / 1000)} s${waiting > 0 ? ` and ${counted(waiting, 'session waits', 'sessions wait')} for it` : ''}`,
            detail: `Its locks stay held, and VACUUM cannot remove rows that it might still read. The application should commit or roll back before it waits for something else. ALTER SYSTEM SET idle_in_transaction_session_timeout = '5min' ends such sessions by themselves. Its last statement: ${shortSql(s.query, 500)}`,
            evidence: [
              { label: 'idle for', value: s.stateMs ?? 0, unit: 'ms' },
              ...(s.transactionMs === null
                ? []
                : [{ label: 'transaction open for', value: s.transactionMs, unit: 'ms' }]),
              { label: 'sessions that wait for it', value: waiting, unit: '' },
              { label: 'application', value: s.application || 'not given', unit: '' },
              { label: 'role', value: s.user ?? 'not known', unit: '' },
              { label: 'database', value: s.database ?? 'not known', unit: '' },
            ],
            optimizations: ['postgres/terminate-session'],
            facts: { pid: s.pid, startedAt: s.startedAt, because: 'idle-in-transaction' },
          },
          ` ${s.startedAt}`,
        );
      });
    return { findings, cannotCheck: unlessAllSeen(id, context) };
  },
};
