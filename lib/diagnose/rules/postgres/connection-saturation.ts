import { finding } from '../../finding';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/connection-saturation';
const most = 0.8;

/** Most of max_connections is taken. */
export const connectionSaturation: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Connections near the limit',
    kind: 'postgres',
    needs: ['a connection'],
    thresholds: [
      { name: 'share of max_connections', value: most, unit: 'ratio', source: 'PgHero, Coroot, PMM' },
    ],
  },
  check({ target, live, liveMissing }) {
    if (live === null)
      return {
        findings: [],
        cannotCheck: [{ id, target, reason: 'The connections were not counted.', enable: liveMissing ?? '' }],
      };
    const { used, max, active } = live.connections;
    const share = used / Math.max(1, max);
    if (share <= most) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: share > 0.95 ? 'critical' : 'high',
          target,
          subject: 'max_connections',
          title: `${used} of ${max} connections are taken`,
          detail:
            'When none is left, new connections are refused. A connection pool (in the service, or PgBouncer) needs far fewer.',
          evidence: [
            { label: 'connections', value: used, unit: '' },
            { label: 'of them active', value: active, unit: '' },
            { label: 'max_connections', value: max, unit: '' },
          ],
          weight: share,
        }),
      ],
    };
  },
};
