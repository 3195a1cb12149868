import type { Panel } from '../time/label-series';

/** The key figures of a stack over days. */
export const historyPanels: Panel[] = [
  {
    id: 'p95',
    title: 'Response time p95 by endpoint',
    metrics: [{ metric: 'http.p95', name: '' }],
    needs: 'an HTTP target with a metrics page',
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
    id: 'database-time',
    title: 'Database time',
    metrics: [{ metric: 'pg.database_time', name: '' }],
    needs: 'a PostgreSQL target with pg_stat_statements',
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
];
