import { measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond } from '../../rates';
import { gapAfter } from '../../series/levels';
import type { PromPage } from './prometheus';
import { processStart } from './request-histogram';

/**
 * What a service may tell of its connection pool and its two-level cache, by how the metric's name ends (docs/knobs.md),
 * and what pools of others are called: HikariCP with Micrometer, Go's database/sql with Prometheus' own collector.
 */
const names = {
  poolSize: /(^|_)pool_size$|^hikaricp_connections_max$|^go_sql_max_open_connections$/,
  poolInUse: /(^|_)pool_in_use$|^hikaricp_connections_active$|^go_sql_in_use_connections$/,
  poolWaiting: /(^|_)pool_waiting$|^hikaricp_connections_pending$/,
  localHits: /(^|_)cache_local_hits_total$/,
  redisHits: /(^|_)cache_redis_hits_total$/,
  misses: /(^|_)cache_misses_total$/,
} as const;

/** Sum of all samples of metrics that are called so; null when there are none, or one is no finite number. */
function sumOf(page: PromPage, name: RegExp): number | null {
  const found = page.samples.filter((s) => name.test(s.name));
  const sum = found.reduce((total, s) => total + s.value, 0);
  return found.length > 0 && Number.isFinite(sum) ? sum : null;
}

/** Follows the pool and the cache of an application from scrape to scrape. What it does not offer is left out. */
export class ApplicationMetrics {
  #cache = new CounterTrack(gapAfter('http.cache_hit_ratio'));

  next(page: PromPage, startedAt: number, endedAt: number): Value[] {
    return [
      ...measured({
        'http.pool_size': sumOf(page, names.poolSize),
        'http.pool_in_use': sumOf(page, names.poolInUse),
        'http.pool_waiting': sumOf(page, names.poolWaiting),
      }),
      ...this.#cacheValues(page, startedAt, endedAt),
    ];
  }

  #cacheValues(page: PromPage, startedAt: number, endedAt: number): Value[] {
    const [local, redis, misses] = [names.localHits, names.redisHits, names.misses].map((n) =>
      sumOf(page, n),
    );
    if (local == null || redis == null || misses == null) {
      // Turned off: its counters begin anew when it is turned on again.
      this.#cache.reset();
      return [];
    }
    const increase = this.#cache.next({
      startedAt,
      endedAt,
      epoch: processStart(page),
      counters: { local, redis, misses },
    });
    const [l, r, m] = ['local', 'redis', 'misses'].map((name) => perSecond(increase, name));
    if (l == null || r == null || m == null) return [];
    const lookups = l + r + m;
    return measured({
      'http.cache_lookups': lookups,
      'http.cache_hit_ratio': lookups > 0 ? (l + r) / lookups : null,
      'http.cache_local_ratio': lookups > 0 ? l / lookups : null,
    });
  }
}
