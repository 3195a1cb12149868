import { finding } from '../../finding';
import type { Rule } from '../../types';
import { metricsMissing } from './metrics-missing';
import { busyRoutes, type HttpContext, window } from './types';

const id = 'http/error-rate';
const most = 0.01;
/** So that one failure alone is not above the threshold. */
const fewest = 100;

/** Routes that answer with a server error too often. */
export const errorRate: Rule<HttpContext> = {
  meta: {
    id,
    title: 'Error rate',
    kind: 'http',
    needs: ['a metrics page with a histogram of request durations by status'],
    thresholds: [
      { name: 'share of answers with status 5xx', value: most, unit: 'ratio', source: 'Ratchet' },
      { name: 'requests in the window', value: fewest, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const missing = metricsMissing(id, context);
    if (missing) return { findings: [], cannotCheck: [missing] };
    const { target, snapshot } = context;
    return {
      findings: busyRoutes(snapshot, fewest).flatMap(({ name, errors, requests }) => {
        if (errors === null || errors <= most) return [];
        return [
          finding({
            id,
            severity: errors > 10 * most ? 'critical' : 'high',
            target,
            subject: name,
            title: `${name} fails for ${(errors * 100).toFixed(1)} % of its requests`,
            detail: `Answers with a status from 500 on, counted ${window(snapshot)} by the service itself.`,
            evidence: [
              { label: 'error rate', value: errors, unit: 'ratio' },
              { label: 'requests', value: requests, unit: '' },
            ],
            weight: errors,
          }),
        ];
      }),
    };
  },
};
