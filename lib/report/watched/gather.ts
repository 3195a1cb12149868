import { type AlertCondition, Comparison } from '@/lib/contracts/alert';
import { Severity } from '@/lib/contracts/finding';
import { MetricName, metricNames, metrics } from '@/lib/contracts/metrics';
import { type ReportWatched, WatchedArea, type WatchedFigure } from '@/lib/contracts/report-watched';
import type { TargetView } from '@/lib/contracts/target';
import { type WindowStats, windowStats } from '@/lib/observe/series/window-stats';
import type { Store } from '@/lib/store/client';
import { evidenceText } from '../words';

/** What a report tells of each area; in this order. */
const areas: Record<WatchedArea, readonly MetricName[]> = {
  cache: [
    'pg.hit_ratio',
    'redis.hit_ratio',
    'redis.evictions',
    'http.cache_hit_ratio',
    'http.cache_local_ratio',
  ],
  memory: ['docker.memory', 'docker.memory_limit', 'redis.memory', 'redis.memory_max'],
  pool: [
    'pg.connections',
    'pg.connections_active',
    'pg.connections_waiting',
    'pg.connections_max',
    'http.pool_in_use',
    'http.pool_waiting',
    'http.pool_size',
  ],
  volume: ['pg.size', 'pg.table_size', 'redis.keys'],
};
const limits: ReadonlySet<MetricName> = new Set([
  'docker.memory_limit',
  'redis.memory_max',
  'http.pool_size',
]);
/** Tables that are told of each database, the largest first. */
const mostTables = 10;

/** What was watched of a stack between two times, and what watches it now. */
export async function reportWatched(
  store: Store,
  { stack, targets, from, to }: { stack: string; targets: readonly TargetView[]; from: Date; to: Date },
): Promise<ReportWatched> {
  const [stats, rules] = await Promise.all([
    windowStats(store, stack, metricNames, from, to),
    store.db.alertRule.findMany({
      where: { OR: [{ stack: null }, { stack }] },
      include: { _count: { select: { notifiers: true } } },
      orderBy: { name: 'asc' },
    }),
  ]);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    figures: figuresOf(stats),
    monitoring: targets.map(({ name, kind }) => {
      const own = stats.filter((s) => s.target === name);
      return { target: name, kind, series: own.length, samples: own.reduce((n, s) => n + s.samples, 0) };
    }),
    alertRules: rules
      .filter((rule) => rule.target === null || targets.some((t) => t.name === rule.target))
      .map((rule) => ({
        name: rule.name,
        severity: Severity.parse(rule.severity),
        enabled: rule.enabled,
        target: rule.target,
        condition: conditionText({
          metric: MetricName.parse(rule.metric),
          per: MetricName.nullable().parse(rule.per),
          comparison: Comparison.parse(rule.comparison),
          threshold: rule.threshold,
          holdSeconds: rule.holdSeconds,
        }),
        notifiers: rule._count.notifiers,
      })),
  };
}

function figuresOf(stats: readonly WindowStats[]): WatchedFigure[] {
  return WatchedArea.options.flatMap((area) =>
    areas[area]
      .flatMap((metric) => {
        const own = stats.filter((s) => s.metric === metric);
        // A limit of zero is none.
        if (limits.has(metric)) return own.filter((s) => s.most > 0);
        return metric === 'pg.table_size' ? largest(own) : own;
      })
      .map(({ target, label, metric, mean, least, most, newest, samples }) => ({
        ...{ area, target, label, metric, ...metrics[metric] },
        ...{ mean, least, most, last: newest, samples },
      })),
  );
}

function largest(tables: readonly WindowStats[]): WindowStats[] {
  const targets = [...new Set(tables.map((t) => t.target))];
  return targets.flatMap((target) =>
    tables
      .filter((t) => t.target === target)
      .toSorted((a, b) => b.newest - a.newest)
      .slice(0, mostTables),
  );
}

/** "Response time p95 above 200 ms for 60 s". */
export function conditionText({
  metric,
  per,
  comparison,
  threshold,
  holdSeconds,
}: Pick<AlertCondition, 'metric' | 'per' | 'comparison' | 'threshold' | 'holdSeconds'>): string {
  const what = per === null ? metrics[metric].title : `${metrics[metric].title} ÷ ${metrics[per].title}`;
  const bound = evidenceText(threshold, per === null ? metrics[metric].unit : 'ratio');
  return `${what} ${comparison} ${bound}${holdSeconds > 0 ? ` for ${holdSeconds} s` : ''}`;
}
