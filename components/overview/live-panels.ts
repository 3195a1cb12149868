import type { Panel } from '../time/label-series';

/** The live charts of the overview, in the order they stand. */
export const livePanels: Panel[] = [
  {
    id: 'response-time',
    title: 'Response time',
    metrics: [
      { metric: 'http.p50', name: 'p50', color: 'var(--before)' },
      { metric: 'http.p95', name: 'p95', color: 'var(--after)' },
    ],
    total: true,
    keepOrder: true,
    needs: 'an HTTP target with a metrics page',
  },
  {
    id: 'throughput',
    title: 'Throughput',
    metrics: [{ metric: 'http.requests', name: 'requests' }],
    total: true,
    needs: 'an HTTP target with a metrics page',
  },
  {
    id: 'database-time',
    title: 'Database time',
    metrics: [
      { metric: 'pg.database_time', name: '' },
      { metric: 'pg.ratchet_time', name: 'Ratchet’s own' },
    ],
    keepOrder: true,
    needs: 'a PostgreSQL target with pg_stat_statements',
  },
  {
    id: 'hit-ratio',
    title: 'Hit ratio',
    metrics: [
      { metric: 'pg.hit_ratio', name: 'shared buffers' },
      { metric: 'redis.hit_ratio', name: 'Redis' },
    ],
    top: 1,
    keepOrder: true,
    needs: 'a PostgreSQL or Redis target',
  },
  {
    id: 'memory',
    title: 'Memory',
    metrics: [
      { metric: 'docker.memory', name: '' },
      { metric: 'redis.memory', name: 'Redis' },
    ],
    needs: 'a Docker or Redis target',
  },
  {
    id: 'connections',
    title: 'Connections',
    metrics: [
      { metric: 'pg.connections', name: 'all' },
      { metric: 'pg.connections_active', name: 'active' },
    ],
    keepOrder: true,
    needs: 'a PostgreSQL target',
  },
];
