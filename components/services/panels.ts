import type { Panel } from '../time/label-series';
import { rememberPanels } from '../time/remember-panels';

const needs = 'requests to an HTTP target with a metrics page';

/** The charts of one service: of one endpoint, or (with an empty name) of all together. */
export function servicePanels(target: string, endpoint: string): Panel[] {
  return rememberPanels(`http ${target} ${endpoint}`, () => [
    ...[
      {
        id: 'response-time',
        title: 'Response time',
        metrics: [
          { metric: 'http.p50' as const, name: 'p50', color: 'var(--before)' },
          { metric: 'http.p95' as const, name: 'p95', color: 'var(--after)' },
          { metric: 'http.p99' as const, name: 'p99', color: 'var(--series-3)' },
        ],
        keepOrder: true,
      },
      {
        id: 'throughput',
        title: 'Throughput',
        metrics: [{ metric: 'http.requests' as const, name: 'requests' }],
      },
      {
        id: 'errors',
        title: 'Error rate',
        metrics: [{ metric: 'http.errors' as const, name: 'status 5xx', color: 'var(--bad)' }],
      },
    ].map((panel) => ({ ...panel, target, label: endpoint, needs })),
    {
      id: 'probe',
      title: 'Ratchet’s probe',
      metrics: [{ metric: 'http.probe', name: 'one GET every 5 s' }],
      target,
      needs: 'an HTTP target that is probed and answers',
    },
    ...(endpoint === '' ? [poolPanel(target)] : []),
  ]);
}

/** The connection pool of one service, or of all that tell of one. */
export function poolPanel(target?: string): Panel {
  return {
    id: 'pool',
    title: 'Connection pool of the application',
    metrics: [
      { metric: 'http.pool_in_use', name: 'in use' },
      { metric: 'http.pool_waiting', name: 'requests waiting', color: 'var(--bad)' },
      { metric: 'http.pool_size', name: 'size' },
    ],
    keepOrder: true,
    ...(target === undefined ? {} : { target }),
    needs: 'a service whose metrics page tells of its pool (docs/knobs.md)',
  };
}
