import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { RedisContext } from './types';

const id = 'redis/latency';
const mostMs = 5;
/** For a p99. */
const fewest = 100;

/** Even a command that does nothing takes long. */
export const latency: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Slow round trips',
    kind: 'redis',
    needs: ['100 PINGs'],
    thresholds: [{ name: 'PING p99', value: mostMs, unit: 'ms', source: 'Coroot' }],
  },
  check({ target, snapshot }) {
    const { pings } = snapshot;
    // Half of them slow is enough to know, however few they are.
    if (pings === null || (pings.count < fewest && pings.p50 <= mostMs))
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: 'The server answered fewer than 100 PINGs so far, too few for a p99.',
            enable: 'Diagnose again in a few minutes.',
          },
        ],
      };
    if (pings.p99 <= mostMs) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: pings.p50 > mostMs ? 'high' : 'medium',
          target,
          subject: 'PING',
          title:
            pings.count < fewest
              ? `A PING takes ${pings.p50.toFixed(1)} ms (median)`
              : `One PING in a hundred takes ${pings.p99.toFixed(1)} ms or more`,
          detail:
            pings.p50 > mostMs
              ? 'So does every second one: the way to the server is long, or it is always busy. Times are as Ratchet sees them, the network included.'
              : 'Most are quick, so something holds the server up now and then: a slow command, a save (fork), expiry of many keys at once, swapping. Times are as Ratchet sees them, the network included.',
          evidence: [
            { label: pings.count < fewest ? 'longest PING' : 'PING p99', value: pings.p99, unit: 'ms' },
            { label: 'PING p50', value: pings.p50, unit: 'ms' },
            { label: 'PINGs', value: pings.count, unit: '' },
          ],
          weight: Math.min(1, pings.p99 / 100),
        }),
      ],
    };
  },
};
