import { finding } from '../../finding';
import type { Rule } from '../../types';
import { metricsMissing } from './metrics-missing';
import { busyRoutes, type HttpContext, switchedOff, window } from './types';

const id = 'http/slow-endpoint';
const mostMs = 200;
/** Below, the 95th percentile is one or two requests. */
const fewest = 20;

/** Routes whose 95th percentile is above the target of the product. */
export const slowEndpoint: Rule<HttpContext> = {
  meta: {
    id,
    title: 'Slow endpoint',
    kind: 'http',
    needs: ['a metrics page with a histogram of request durations'],
    thresholds: [
      { name: 'p95', value: mostMs, unit: 'ms', source: 'Ratchet' },
      { name: 'requests in the window', value: fewest, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const missing = metricsMissing(id, context);
    if (missing) return { findings: [], cannotCheck: [missing] };
    const { target, snapshot } = context;
    const busy = busyRoutes(snapshot, fewest);
    const total = busy.reduce((sum, r) => sum + r.requests * (r.p50 ?? 0), 0);
    const offered = switchedOff(snapshot, 'cache');
    return {
      findings: busy.flatMap((route) => {
        const { name, p50, p95, requests } = route;
        if (p95 === null || p95 <= mostMs) return [];
        const cache = offered?.routes?.includes(name) === false ? null : offered;
        return [
          finding({
            id,
            severity: p95 > 5 * mostMs ? 'high' : 'medium',
            target,
            subject: name,
            title: `${name} takes ${Math.round(p95)} ms for its slowest 5 %`,
            detail: `Counted ${window(snapshot)} by the service itself.${cache ? ' It offers a cache, which is off.' : ''}`,
            evidence: [
              { label: 'p95', value: p95, unit: 'ms' },
              ...(p50 === null ? [] : [{ label: 'p50', value: p50, unit: 'ms' }]),
              { label: 'requests', value: requests, unit: '' },
            ],
            weight: total > 0 ? (requests * (p50 ?? 0)) / total : 0,
            ...(cache
              ? {
                  optimizations: ['service/set-knobs'],
                  facts: { values: { cache: true }, endpoints: [name] },
                }
              : {}),
          }),
        ];
      }),
    };
  },
};
