import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type HttpContext, routesOf, switchedOff } from './types';

const id = 'http/pool-waits';
const knob = 'pool_size';
const least = 1;

/** Requests wait for a connection of a pool that is used up, and it could be larger. */
export const poolWaits: Rule<HttpContext> = {
  meta: {
    id,
    title: 'Requests that wait for a connection of the pool',
    kind: 'http',
    needs: [`a knob "${knob}" of the service`, 'samples of its pool, kept by a running Ratchet'],
    thresholds: [
      {
        name: 'requests waiting at once, p99 over the minutes',
        value: least,
        unit: '',
        source: 'HikariCP, About Pool Sizing: a pool should rarely be waited for',
      },
    ],
  },
  check({ target, snapshot, application }) {
    const offered = snapshot.knobs?.find((k) => k.name === knob);
    const { poolWaiting: waiting, poolInUse: inUse } = application;
    if (offered?.type !== 'integer' || switchedOff(snapshot, 'pooling') || !waiting || !inUse)
      return { findings: [] };
    const larger = Math.min(offered.maximum, 2 * offered.value);
    // A pool that is larger since then has not been used up.
    if (waiting.p99 < least || inUse.peak < offered.value || larger <= offered.value) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'medium',
          target,
          subject: knob,
          title: `Requests wait for one of ${offered.value} connections`,
          detail: `All of them were in use, and up to ${waiting.peak} requests waited for one. Twice as many help where the database has room for them, and only fill its queue where it has none: a trial with as many clients tells.`,
          evidence: [
            { label: 'waiting at once, peak', value: waiting.peak, unit: '' },
            { label: 'waiting, mean', value: waiting.mean, unit: '' },
            { label: 'in use, peak', value: inUse.peak, unit: '' },
            { label: `knob ${knob}`, value: offered.value, unit: offered.unit ?? '' },
            { label: 'seen over', value: waiting.seconds, unit: 's' },
          ],
          weight: Math.min(1, waiting.mean / offered.value),
          optimizations: ['service/set-knobs'],
          facts: { values: { [knob]: larger }, endpoints: routesOf(offered, snapshot) },
        }),
      ],
    };
  },
};
