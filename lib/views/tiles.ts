import type { MetricName, SeriesData } from '@/lib/contracts/metrics';
import type { Tile } from '@/lib/contracts/overview';
import { latest } from '@/lib/observe/series/latest';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';

interface TileSource {
  id: Tile['id'];
  title: string;
  better: Tile['better'];
  /** First of these that has data is shown. */
  from: { metric: MetricName; combine: 'sum' | 'max' | 'mean'; title?: string; label?: string }[];
  /** Metric whose sum is the "of" in the note. */
  outOf?: MetricName;
}

const sources: TileSource[] = [
  {
    id: 'p95',
    title: 'Response time, p95',
    better: 'lower',
    from: [{ metric: 'http.p95', combine: 'max', label: '' }],
  },
  {
    id: 'throughput',
    title: 'Throughput',
    better: 'higher',
    from: [{ metric: 'http.requests', combine: 'sum', label: '' }],
  },
  {
    id: 'hit-ratio',
    title: 'Cache hit ratio',
    better: 'higher',
    from: [
      { metric: 'redis.hit_ratio', combine: 'mean', title: 'Redis hit ratio' },
      { metric: 'pg.hit_ratio', combine: 'mean', title: 'Buffer hit ratio' },
    ],
  },
  {
    id: 'database-time',
    title: 'Database time',
    better: 'lower',
    from: [{ metric: 'pg.database_time', combine: 'sum' }],
  },
  {
    id: 'memory',
    title: 'Memory in use',
    better: 'lower',
    from: [
      { metric: 'docker.memory', combine: 'sum', title: 'Container memory' },
      { metric: 'redis.memory', combine: 'sum', title: 'Redis memory' },
    ],
  },
  {
    id: 'connections',
    title: 'Database connections',
    better: 'neither',
    from: [{ metric: 'pg.connections', combine: 'sum' }],
    outOf: 'pg.connections_max',
  },
];

/** The tiles of the overview: newest value, the last hour as a spark line, the mean of the hour before. */
export async function tiles(store: Store, stack: string, now: Date): Promise<Tile[]> {
  return Promise.all(sources.map((source) => tile(store, stack, source, now)));
}

const hour = 3_600_000;

async function tile(store: Store, stack: string, source: TileSource, now: Date): Promise<Tile> {
  for (const from of source.from) {
    const read = async (start: number, end: number) => {
      const query = { stack, metric: from.metric, from: new Date(start), to: new Date(end), points: 60 };
      const series = await querySeries(store, query);
      return series.filter((s) => from.label === undefined || s.label === from.label);
    };
    const series = await read(now.getTime() - hour, now.getTime());
    if (series.length === 0) continue;
    const newest = await latest(store, stack, [from.metric]);
    const values = newest.filter((n) => from.label === undefined || n.label === from.label).map((n) => n.v);
    const before = combine(await read(now.getTime() - 2 * hour, now.getTime() - hour), from.combine);
    const limits = source.outOf ? await latest(store, stack, [source.outOf]) : [];
    return {
      id: source.id,
      title: from.title ?? source.title,
      value: values.length === 0 ? null : reduce(values, from.combine),
      unit: series[0]?.unit ?? '',
      note:
        limits.length > 0
          ? `of ${reduce(
              limits.map((l) => l.v),
              'sum',
            )}`
          : null,
      previous: mean(before.flatMap((p) => (p.v === null ? [] : [p.v]))),
      better: source.better,
      spark: combine(series, from.combine),
    };
  }
  const title = source.from[0]?.title ?? source.title;
  return {
    id: source.id,
    title,
    value: null,
    unit: '',
    note: null,
    previous: null,
    better: source.better,
    spark: [],
  };
}

/** Several series as one, point by point; a point is a gap only where all are. */
export function combine(
  series: SeriesData[],
  how: 'sum' | 'max' | 'mean',
): { t: number; v: number | null }[] {
  const [only] = series;
  if (series.length <= 1) return only?.points ?? [];
  const step = Math.max(...series.map((s) => s.step)) * 1000;
  const slots = new Map<number, Map<SeriesData, number>>();
  for (const one of series) {
    for (const point of one.points) {
      const slot = Math.round(point.t / step) * step;
      const values = slots.get(slot) ?? new Map<SeriesData, number>();
      if (point.v !== null) values.set(one, point.v);
      slots.set(slot, values);
    }
  }
  return [...slots.entries()]
    .sort(([a], [b]) => a - b)
    .map(([t, values]) => ({ t, v: values.size === 0 ? null : reduce([...values.values()], how) }));
}

function reduce(values: number[], how: 'sum' | 'max' | 'mean'): number {
  if (how === 'max') return Math.max(...values);
  const sum = values.reduce((a, b) => a + b, 0);
  return how === 'sum' ? sum : sum / values.length;
}

function mean(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}
