import type { MetricName, SeriesData } from '@/lib/contracts/metrics';
import type { SeriesInput } from '../charts/prepare/series';

export interface LivePanel {
  id: string;
  title: string;
  /** Metrics drawn together, in this order, with their short names. */
  metrics: { metric: MetricName; name: string; color?: string }[];
  /** Only the series without a label (all endpoints together), where there is one. */
  total?: boolean;
  top?: number;
  keepOrder?: boolean;
  /** Shown when there is nothing: what would write these samples. */
  needs: string;
}

/** The live charts of the overview, in the order they stand. */
export const livePanels: LivePanel[] = [
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

/** Series of a panel with the shortest labels that still tell them apart. */
export function labelSeries(panel: LivePanel, answers: (SeriesData[] | undefined)[]): SeriesInput[] {
  const all = panel.metrics.flatMap((m, i) => {
    const series = answers[i] ?? [];
    const totals = panel.total ? series.filter((s) => s.label === '') : [];
    return (totals.length > 0 ? totals : series).map((data) => ({ data, ask: m }));
  });
  return all.map(({ data, ask }) => {
    const sameMetric = all.filter((s) => s.data.metric === data.metric);
    const targets = new Set(sameMetric.map((s) => s.data.target)).size;
    const parts = [
      ask.name,
      targets > 1 || (ask.name === '' && data.label === '') ? data.target : '',
      data.label,
    ].filter((part) => part !== '');
    return {
      data,
      label: parts.join(' · ') || data.target,
      ...(ask.color && sameMetric.length === 1 ? { color: ask.color } : {}),
    };
  });
}
