import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type HttpContext, routesOf, switchedOff } from './types';

const id = 'http/no-local-level';
const knob = 'local_level';
const least = 0.5;
const fewest = 1;

/** The service asks Redis for most of what its cache holds, and could keep it in its own memory. */
export const noLocalLevel: Rule<HttpContext> = {
  meta: {
    id,
    title: 'Cached values that are fetched from Redis each time',
    kind: 'http',
    needs: [`a knob "${knob}" of the service`, 'samples of its cache, kept by a running Ratchet'],
    thresholds: [
      { name: 'share of lookups that Redis answers', value: least, unit: 'ratio', source: 'Ratchet' },
      { name: 'lookups', value: fewest, unit: '/s', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot, application }) {
    const offered = switchedOff(snapshot, knob);
    const { lookups, hitRatio, localRatio } = application;
    // Without a cache there are no values that could be kept.
    if (!offered || switchedOff(snapshot, 'cache') || !lookups || !hitRatio || !localRatio)
      return { findings: [] };
    const fromRedis = hitRatio.mean - localRatio.mean;
    if (lookups.mean < fewest || fromRedis < least) return { findings: [] };
    const cache = snapshot.knobs?.find((k) => k.name === 'cache');
    return {
      findings: [
        finding({
          id,
          severity: 'low',
          target,
          subject: knob,
          title: `${Math.round(fromRedis * 100)} % of the lookups of the cache go to Redis`,
          detail:
            'The service counts where it finds its values. Each of these waits for Redis; values in the memory of the process do not. Its knob for a local level is off.',
          evidence: [
            { label: 'share that Redis answers', value: fromRedis, unit: 'ratio' },
            { label: 'share found in the process', value: localRatio.mean, unit: 'ratio' },
            { label: 'lookups, mean', value: lookups.mean, unit: '/s' },
            { label: `knob ${knob}`, value: 'off', unit: '' },
            { label: 'seen over', value: lookups.seconds, unit: 's' },
          ],
          weight: fromRedis / 4,
          optimizations: ['service/set-knobs'],
          facts: {
            values: { [knob]: true },
            endpoints: routesOf(offered.routes ? offered : (cache ?? offered), snapshot),
          },
        }),
      ],
    };
  },
};
