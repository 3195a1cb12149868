import { finding } from '../../finding';
import type { Rule } from '../../types';
import { busyRoutes, type HttpContext, switchedOff } from './types';

const id = 'http/connection-per-request';
const knob = 'pooling';

/** The service opens a database connection for each request. */
export const connectionPerRequest: Rule<HttpContext> = {
  meta: {
    id,
    title: 'A database connection for each request',
    kind: 'http',
    needs: [`a knob "${knob}" of the service`],
    thresholds: [],
  },
  check({ target, snapshot }) {
    const { knobs, knobsMissing } = snapshot;
    if (knobs === null)
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: knobsMissing ?? 'The knobs of the service were not read.',
            enable:
              'Offer the knobs of docs/knobs.md in the service and give their token in the settings of the target.',
          },
        ],
      };
    const off = switchedOff(snapshot, knob);
    if (!off) return { findings: [] };
    const endpoints = busyRoutes(snapshot, 1).sort((a, b) => b.requests - a.requests);
    return {
      findings: [
        finding({
          id,
          severity: 'high',
          target,
          subject: knob,
          title: 'The service does not keep its database connections',
          detail:
            'It says so itself: its knob for pooling is off. How many connections it opens was not counted. Each one costs a TCP connection, a sign-in and a new server process before the first statement runs.',
          evidence: [{ label: `knob ${knob}`, value: 'off', unit: '' }],
          weight: 0.5,
          optimizations: ['service/set-knobs'],
          facts: { values: { [knob]: true }, endpoints: endpoints.map((r) => r.name) },
        }),
      ],
    };
  },
};
