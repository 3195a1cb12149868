import { finding } from '../../finding';
import type { Rule } from '../../types';
import { configMissing } from './config-missing';
import type { RedisContext } from './types';

const id = 'redis/keepalive';
/** Redis's own default since 3.2, seconds. */
const usual = '300';

/** Connections of clients that are gone are never noticed. */
export const keepalive: Rule<RedisContext> = {
  meta: {
    id,
    title: 'No TCP keep-alive',
    kind: 'redis',
    needs: ['CONFIG GET'],
    thresholds: [{ name: 'tcp-keepalive', value: 0, unit: 's', source: 'redis.conf' }],
  },
  check(context) {
    const { target, snapshot } = context;
    if (snapshot.config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    if (snapshot.config['tcp-keepalive'] !== '0') return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'low',
          target,
          subject: 'tcp-keepalive',
          title: 'Redis does not notice clients that are gone',
          detail:
            'Without keep-alive the connection of a client whose machine has vanished stays open and counts against maxclients. 300 s is the default of Redis.',
          evidence: [{ label: 'tcp-keepalive', value: 0, unit: 's' }],
          optimizations: ['redis/set-config'],
          facts: { setting: 'tcp-keepalive', value: usual },
        }),
      ],
    };
  },
};
