import type { MetricName } from '@/lib/contracts/metrics';
import type { Figure } from './watched';

/** What a change is about, as far as its key figure follows from it. */
export interface ChangeAbout {
  optimization: string;
  target: string;
  /** Names of settings, or of the container. */
  subject: string;
  purpose: string | null;
}

interface KeyFigure {
  /** Settings that it goes with; the first match counts. */
  settings: RegExp;
  metric: MetricName;
  misses?: true;
}

const postgres: readonly KeyFigure[] = [
  { settings: /shared_buffers|effective_cache_size/, metric: 'pg.hit_ratio', misses: true },
  { settings: /work_mem|temp_buffers|hash_mem/, metric: 'pg.temp_bytes' },
  { settings: /checkpoint|max_wal_size/, metric: 'pg.checkpoint_written' },
  { settings: /wal_compression|full_page/, metric: 'pg.wal_full_pages' },
  { settings: /wal/, metric: 'pg.wal' },
  { settings: /idle_in_transaction/, metric: 'pg.connections_idle_in_transaction' },
  { settings: /./, metric: 'pg.statement_mean' },
];

const redis: readonly KeyFigure[] = [
  { settings: /maxmemory/, metric: 'redis.hit_ratio', misses: true },
  { settings: /activedefrag/, metric: 'redis.fragmentation' },
  { settings: /timeout|keepalive/, metric: 'redis.clients' },
];

const service: readonly KeyFigure[] = [
  { settings: /cache/i, metric: 'http.cache_hit_ratio', misses: true },
  { settings: /pool|connections/i, metric: 'http.pool_waiting' },
];

/**
 * The figure that is sampled all the time of what a change is for, where the goal of its trial is not: misses of a cache, memory that
 * a container reserves, what its settings are about. Null where there is none. All of these are better when lower.
 */
export function keyFigureOf({ optimization, target, subject, purpose }: ChangeAbout): Figure | null {
  const of = (metric: MetricName, label = '', misses = false): Figure => ({
    ...{ target, metric, label, better: 'lower' as const },
    ...(misses ? { misses } : {}),
  });
  const first = (figures: readonly KeyFigure[]) => {
    const found = figures.find((f) => f.settings.test(subject));
    return found ? of(found.metric, '', found.misses) : null;
  };
  switch (optimization) {
    case 'docker/update-container':
      return purpose === 'to reserve less memory' ? of('docker.memory_limit', subject) : null;
    case 'postgres/change-settings':
    case 'postgres/restart-settings':
      return first(postgres);
    case 'redis/set-config':
      return first(redis);
    case 'redis/set-ttl':
      return of('redis.memory');
    case 'service/set-knobs':
    case 'service/try-knobs':
      return first(service);
    default:
      return null;
  }
}
