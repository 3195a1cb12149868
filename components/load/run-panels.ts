import type { LoadModel } from '@/lib/contracts/load';
import type { LoadResourcePoint, LoadTick } from '@/lib/contracts/load-api';
import { LoadErrorKind } from '@/lib/contracts/load-record';
import { MetricName, metrics, type SeriesPoint } from '@/lib/contracts/metrics';
import type { SeriesInput } from '../charts/prepare/series';
import { errorWord } from './load-words';

export interface RunPanel {
  id: string;
  title: string;
  series: SeriesInput[];
  keepOrder: boolean;
  top?: number;
  /** Said when nothing was measured. */
  none: string;
}

/** `metric` only names the series; its unit is given. */
function line(
  label: string,
  unit: string,
  points: SeriesPoint[],
  o: { color?: string; step?: number } = {},
): SeriesInput {
  return {
    label,
    data: { target: '', metric: 'http.requests', label, unit, step: o.step ?? 1, points },
    ...(o.color === undefined ? {} : { color: o.color }),
  };
}

/** The charts of what was sent and answered, a point a second; `from` is the start of the run, ms since the epoch. */
export function loadPanels(ticks: readonly LoadTick[], model: LoadModel | null, from: number): RunPanel[] {
  const points = (value: (t: LoadTick) => number | null): SeriesPoint[] =>
    ticks.map((t) => ({ t: from + t.t * 1000, v: value(t) }));
  // The last second may be a fraction of one, in which a few responses make a rate of nothing.
  const rate = (value: (t: LoadTick) => number) =>
    points((t) => (t.durationMs < 500 ? null : value(t) / (t.durationMs / 1000)));
  const kinds = LoadErrorKind.options.filter((kind) =>
    ticks.some((t) => (t.total.errorKinds[kind] ?? 0) > 0),
  );
  const dropped = ticks.some((t) => t.dropped > 0);
  return [
    {
      id: 'throughput',
      title: 'Throughput',
      keepOrder: true,
      none: 'No second has ended yet.',
      series: [
        line(
          model === 'open' ? 'offered' : 'sent',
          '/s',
          rate((t) => t.offered),
          { color: 'var(--before)' },
        ),
        line(
          'answered',
          '/s',
          rate((t) => t.total.count),
          { color: 'var(--after)' },
        ),
        ...(dropped
          ? [
              line(
                'dropped, too many in flight',
                '/s',
                rate((t) => t.dropped),
                { color: 'var(--bad)' },
              ),
            ]
          : []),
      ],
    },
    {
      id: 'latency',
      title: 'Response time',
      keepOrder: true,
      none: 'No request was answered yet.',
      series: [
        line(
          'p50',
          'ms',
          points((t) => t.total.p50),
          { color: 'var(--before)' },
        ),
        line(
          'p95',
          'ms',
          points((t) => t.total.p95),
          { color: 'var(--after)' },
        ),
        line(
          'p99',
          'ms',
          points((t) => t.total.p99),
          { color: 'var(--series-3)' },
        ),
      ],
    },
    {
      id: 'errors',
      title: 'Errors',
      keepOrder: false,
      none: 'No request failed.',
      series: kinds.map((kind) =>
        line(
          errorWord[kind],
          '/s',
          rate((t) => t.total.errorKinds[kind] ?? 0),
        ),
      ),
    },
    {
      id: 'active',
      title: model === 'open' ? 'In flight and planned rate' : 'Active users',
      keepOrder: true,
      none: 'No second has ended yet.',
      series: [
        line(
          model === 'open' ? 'in flight' : 'at work',
          '',
          points((t) => t.active),
          { color: 'var(--after)' },
        ),
        line(
          model === 'open' ? 'planned, requests/s' : 'planned',
          '',
          points((t) => t.level),
          { color: 'var(--before)' },
        ),
      ],
    },
  ];
}

/** Limits are drawn with what they limit. */
const partOf: Record<string, string> = {
  'pg.connections_active': 'pg.connections',
  'pg.connections_waiting': 'pg.connections',
  'pg.connections_max': 'pg.connections',
  'redis.memory_max': 'redis.memory',
  'docker.memory_limit': 'docker.memory',
};
/** Seconds between two readings of a target, with room for a late one. */
const resourceStep = 8;

/** One chart a metric that was recorded of the targets. */
export function resourcePanels(resources: readonly LoadResourcePoint[], from: number): RunPanel[] {
  const panels = new Map<string, Map<string, { unit: string; points: SeriesPoint[] }>>();
  const targets = new Set(resources.map((r) => r.target)).size;
  for (const r of resources) {
    const id = partOf[r.metric] ?? r.metric;
    const lines = panels.get(id) ?? new Map<string, { unit: string; points: SeriesPoint[] }>();
    panels.set(id, lines);
    const own = r.metric === id ? '' : titleOf(r.metric);
    const label = [own, targets > 1 || r.label === '' ? r.target : '', r.label]
      .filter((p) => p !== '')
      .join(' · ');
    const entry = lines.get(label) ?? { unit: r.unit, points: [] };
    entry.points.push({ t: from + r.t * 1000, v: r.v });
    lines.set(label, entry);
  }
  return [...panels]
    .sort(([a], [b]) => order(a) - order(b))
    .map(([id, lines]) => ({
      id,
      title: `${groupOf(id)}${titleOf(id)}`,
      keepOrder: false,
      ...(id.endsWith('ratio') ? { top: 1 } : {}),
      none: 'Not measured.',
      series: [...lines].map(([label, { unit, points }]) =>
        line(
          label,
          unit,
          points.sort((a, b) => a.t - b.t),
          { step: resourceStep },
        ),
      ),
    }));
}

const order = (metric: string) => {
  const at = [
    'docker.cpu',
    'docker.throttled',
    'docker.memory',
    'pg.connections',
    'pg.statement_mean',
    'pg.database_time',
  ].indexOf(metric);
  return at < 0 ? 99 : at;
};

const groups: Record<string, string> = { pg: 'Postgres: ', redis: 'Redis: ', docker: 'Containers: ' };
/** Several kinds of targets stand side by side, and "Connections" is not enough of a name there. */
const groupOf = (metric: string) => groups[metric.split('.')[0] ?? ''] ?? '';

function titleOf(metric: string): string {
  const known = MetricName.safeParse(metric);
  return known.success ? metrics[known.data].title : metric;
}
