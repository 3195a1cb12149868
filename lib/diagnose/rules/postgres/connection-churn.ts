import type { PgSessionCounters } from '@/lib/contracts/postgres-snapshot';
import { finding } from '../../finding';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/connection-churn';
const perSecond = 1;
const shortMs = 10_000;
const fewestSessions = 10;
const shortestWindowMs = 1_000;

/** Connections that are made anew again and again, each for little work. */
export const connectionChurn: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Connections made for little work each',
    kind: 'postgres',
    needs: ['PostgreSQL 14', 'two readings, or counters whose beginning is known'],
    thresholds: [
      { name: 'new sessions a second', value: perSecond, unit: '/s', source: 'PgHero, PMM' },
      { name: 'mean length of a session', value: shortMs, unit: 'ms', source: 'Ratchet' },
      { name: 'new sessions in all', value: fewestSessions, unit: '', source: 'Ratchet' },
    ],
  },
  check({ snapshot, target, earlier }) {
    const now = snapshot.sessions;
    if (!now)
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: 'The server does not count its sessions.',
            enable: 'Upgrade to PostgreSQL 14 or newer.',
          },
        ],
      };
    const window = windowOf(now, earlier);
    if (window === null)
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: 'Sessions were counted once, and it is not known since when: a rate needs two readings.',
            enable: 'Diagnose again in a minute, or run SELECT pg_stat_reset(); to begin counting anew.',
          },
        ],
      };
    const { sessions, sessionMs, ms } = window;
    const rate = sessions / (ms / 1000);
    const mean = sessionMs / Math.max(1, sessions);
    if (rate <= perSecond || sessions < fewestSessions || mean >= shortMs) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: rate > 10 * perSecond ? 'high' : 'medium',
          target,
          subject: snapshot.database,
          title: `${rate.toFixed(1)} new connections a second, each for ${mean < 1000 ? `${mean.toFixed(0)} ms` : `${(mean / 1000).toFixed(1)} s`} on average`,
          detail:
            'Each connection starts a process on the server, signs in and loads the catalogue, which often costs more than its statements. A pool in the service, or PgBouncer before the server, keeps a few open.',
          evidence: [
            { label: 'new sessions a second', value: rate, unit: '/s' },
            { label: 'new sessions', value: sessions, unit: '' },
            { label: 'counted over', value: ms, unit: 'ms' },
            { label: 'mean length of a session', value: mean, unit: 'ms' },
          ],
          weight: Math.min(1, rate / 100),
        }),
      ],
    };
  },
};

/** What came in between two readings; without an earlier one, since the counters began, where that is known. */
function windowOf(now: PgSessionCounters, earlier: PgSessionCounters | null) {
  const at = Date.parse(now.at);
  const comparable =
    earlier !== null &&
    earlier.serverStart === now.serverStart &&
    earlier.since === now.since &&
    earlier.sessions <= now.sessions &&
    at - Date.parse(earlier.at) >= shortestWindowMs;
  if (comparable)
    return {
      sessions: now.sessions - earlier.sessions,
      sessionMs: Math.max(0, now.sessionMs - earlier.sessionMs),
      ms: at - Date.parse(earlier.at),
    };
  if (now.since === null) return null;
  return {
    sessions: now.sessions,
    sessionMs: now.sessionMs,
    ms: Math.max(shortestWindowMs, at - Date.parse(now.since)),
  };
}
