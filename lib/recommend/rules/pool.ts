import { poolFromShare, poolRules } from '@/lib/configure/pgbouncer';
import { settingOf } from '@/lib/diagnose/server-settings/values';
import type { Draft, RecommendRule } from '../types';
import { blocked, evidenceOf } from './from-finding';

/** A pool of connections, where a finding or a week of samples asks for one. */
export const connectionPool: RecommendRule = {
  id: 'connection-pool',
  horizon: 'weeks',
  threshold: {
    text: `a finding of ${poolRules.join(', ')}, or a peak from ${poolFromShare * 100} % of max_connections on over 7 days`,
    source: 'PgHero, PMM; the share: Ratchet',
  },
  check(facts) {
    const { targets, findings } = facts.gathered;
    const databases = targets.filter((t) => t.kind === 'postgres');
    const drafts = databases.flatMap((t): Draft[] => {
      const asked = findings.filter(
        (f) =>
          poolRules.includes(f.id) &&
          (f.target === t.name || (f.id === 'http/connection-per-request' && databases.length === 1)),
      );
      const seen = t.connections['pg.connections'];
      const most = t.postgres ? Number(settingOf(t.postgres, 'max_connections')?.value) : Number.NaN;
      const near = seen !== undefined && seen.peak >= poolFromShare * most;
      if (asked.length === 0 && !near) return [];
      return [
        {
          target: t.name,
          subject: 'connections',
          title: `Put a pool of connections before ${t.name}`,
          detail:
            'PgBouncer, or the pool of the service. A pgbouncer.ini with sizes from measured connections stands on the configuration page.',
          evidence: [
            ...asked.flatMap((f) => evidenceOf(f)),
            ...(near
              ? [
                  {
                    ...{ from: 'measurement' as const, id: 'pg.connections' },
                    ...{ label: `peak of ${most} connections`, value: seen.peak, unit: '' },
                  },
                ]
              : []),
          ],
        },
      ];
    });
    const notEvaluated = databases.flatMap((t) => {
      const why = poolRules.flatMap((rule) => blocked(facts, rule, t.name) ?? [])[0];
      return why === undefined ? [] : [{ target: t.name, why }];
    });
    return {
      drafts,
      notEvaluated,
      looked: databases.flatMap((t) => {
        const at = facts.readAt.get(t.name);
        return at === undefined || notEvaluated.some((n) => n.target === t.name)
          ? []
          : [{ target: t.name, at }];
      }),
    };
  },
};
