import { count, finding } from '../../finding';
import type { Rule } from '../../types';
import { infoNumber, type RedisContext } from './types';
import { windowOf } from './window';

const id = 'redis/rejected-connections';

/** Clients are turned away because there are too many. */
export const rejectedConnections: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Connections are rejected',
    kind: 'redis',
    needs: [],
    thresholds: [{ name: 'rejected connections', value: 0, unit: '', source: 'Netdata' }],
  },
  check({ target, snapshot }) {
    const { gained: rejected, over } = windowOf(snapshot, 'rejectedConnections', 'rejected_connections');
    if (rejected === null || rejected <= 0) return { findings: [] };
    const connected = infoNumber(snapshot, 'connected_clients');
    const most = infoNumber(snapshot, 'maxclients');
    return {
      findings: [
        finding({
          id,
          severity: snapshot.recent === null ? 'medium' : 'high',
          target,
          subject: 'maxclients',
          title: `Redis rejected ${count(rejected)} connections ${over}`,
          detail:
            'All the connections that it may have were taken. Share connections in the clients (a pool, pipelining); close idle ones with `timeout`; raise maxclients where that many are wanted.',
          evidence: [
            { label: 'rejected connections', value: rejected, unit: '' },
            ...(connected === null ? [] : [{ label: 'connections now', value: connected, unit: '' }]),
            ...(most === null ? [] : [{ label: 'maxclients', value: most, unit: '' }]),
          ],
          weight: 1,
        }),
      ],
    };
  },
};
