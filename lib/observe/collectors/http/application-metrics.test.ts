import { expect, it } from 'vitest';
import { ApplicationMetrics } from './application-metrics';
import { parsePrometheus } from './prometheus';

const cache = (local: number, redis: number, misses: number, more = '') =>
  `shop_cache_local_hits_total ${local}\nshop_cache_redis_hits_total ${redis}\nshop_cache_misses_total ${misses}\n${more}`;

/** Values of pages 5 s apart. */
function values(...pages: string[]): Record<string, number>[] {
  const metrics = new ApplicationMetrics();
  return pages.map((text, i) =>
    Object.fromEntries(
      metrics
        .next(parsePrometheus(text), i * 5_000, i * 5_000 + 10)
        .map((v) => [v.metric.replace('http.', ''), v.value]),
    ),
  );
}

it('reads pools by the end of their names, several together, and those of others', () => {
  const two =
    'a_pool_size 10\nb_pool_size 5\na_pool_in_use{db="x"} 3\na_pool_in_use{db="y"} 1\na_pool_waiting 2';
  expect(values(two)).toEqual([{ pool_size: 15, pool_in_use: 4, pool_waiting: 2 }]);
  const hikari = 'hikaricp_connections_max 8\nhikaricp_connections_active 2\nhikaricp_connections_pending 0';
  expect(values(hikari)).toEqual([{ pool_size: 8, pool_in_use: 2, pool_waiting: 0 }]);
  expect(values('whirlpool_size_bytes 1\npool_size NaN')).toEqual([{}]);
});

it('tells where lookups of the cache ended since the page before', () => {
  const [first, second] = values(cache(10, 10, 10), cache(40, 20, 20));
  expect(first).toEqual({});
  expect(second?.cache_lookups).toBeCloseTo(10);
  expect(second?.cache_hit_ratio).toBeCloseTo(0.8);
  expect(second?.cache_local_ratio).toBeCloseTo(0.6);
});

it('has no ratio without lookups, and no spike after a restart or when the cache was off', () => {
  expect(values(cache(1, 1, 1), cache(1, 1, 1))[1]).toEqual({ cache_lookups: 0 });
  expect(values(cache(100, 0, 100), cache(1, 0, 1))[1]).toEqual({});
  expect(values(cache(1, 1, 1), 'up 1', cache(900, 1, 1))[2]).toEqual({});
  expect(values(cache(1, 1, 1), 'shop_cache_misses_total 900')[1]).toEqual({});
});
