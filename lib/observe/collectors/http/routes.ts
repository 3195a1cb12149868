import type { HttpRoute } from '@/lib/contracts/http-snapshot';
import { knobsPath } from '@/lib/contracts/knobs';
import { bucketQuantile, type CumulativeBucket } from './bucket-quantile';
import { parseBucketKey } from './request-histogram';

/** Routes told apart; those with fewer requests are only in the total. */
export const maxRoutes = 50;

export interface RouteOptions {
  /** Factor from the histogram's unit to ms. */
  toMs: number;
  /** Length of the time the counters cover, s; null when it is not known. */
  seconds: number | null;
  /** Path of the metrics page: reading it is no traffic of the service. */
  metricsPath?: string | undefined;
  /** Path of Ratchet's probe, and how many probes the counters cover. */
  probePath?: string | undefined;
  probes: number;
}

interface Tally {
  requests: number;
  failed: number;
  statusKnown: boolean;
  buckets: CumulativeBucket[];
}

/**
 * Throughput, quantiles and error ratio of each route and, as the first entry with an empty name, of all, from
 * the increase of a histogram's buckets.
 *
 * Reading the metrics page and the knobs is left out: only Ratchet does. Ratchet's probes are taken off the count of their route; in its
 * quantiles they cannot be told apart, so a route that only Ratchet called is left out altogether.
 */
export function routesFrom(increase: Record<string, number>, options: RouteOptions): HttpRoute[] {
  const tallies = tallyRoutes(increase);
  const total: Tally = { requests: 0, failed: 0, statusKnown: false, buckets: [] };
  const routes: HttpRoute[] = [];
  for (const [name, tally] of tallies) {
    const path = pathOf(name);
    if (options.metricsPath !== undefined && path === plain(options.metricsPath)) continue;
    if (path === knobsPath) continue;
    const probed =
      options.probePath !== undefined && path === plain(options.probePath) && !/^(?!GET )[A-Z]+ /.test(name);
    const requests = Math.max(0, tally.requests - (probed ? options.probes : 0));
    if (probed && requests === 0) continue;
    const others = { ...tally, requests };
    total.requests += requests;
    total.failed += others.failed;
    total.statusKnown ||= others.statusKnown;
    total.buckets.push(...others.buckets);
    if (name !== '') routes.push(figures(name, others, options));
  }
  routes.sort((a, b) => b.requests - a.requests);
  return [figures('', total, options), ...routes.slice(0, maxRoutes)];
}

function tallyRoutes(increase: Record<string, number>): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const [key, count] of Object.entries(increase)) {
    const bucket = parseBucketKey(key);
    if (!bucket) continue;
    const tally = tallies.get(bucket.route) ?? { requests: 0, failed: 0, statusKnown: false, buckets: [] };
    tallies.set(bucket.route, tally);
    tally.buckets.push({ le: bucket.le, count });
    if (bucket.status !== 'unknown') tally.statusKnown = true;
    if (bucket.le !== Number.POSITIVE_INFINITY) continue;
    tally.requests += count;
    if (bucket.status === '5xx') tally.failed += count;
  }
  return tallies;
}

function figures(name: string, tally: Tally, { toMs, seconds }: RouteOptions): HttpRoute {
  const quantile = (q: number) => {
    const value = tally.requests > 0 ? bucketQuantile(q, tally.buckets) : null;
    return value === null ? null : value * toMs;
  };
  return {
    name,
    requests: tally.requests,
    perSecond: seconds === null ? null : tally.requests / seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    errors: tally.statusKnown && tally.requests > 0 ? Math.min(1, tally.failed / tally.requests) : null,
  };
}

/** The path of a route name `GET /x` or `/x`. */
const pathOf = (name: string) => plain(name.replace(/^[A-Z]+ /, ''));
/** Without query and trailing slash. */
const plain = (path: string) => path.replace(/[?#].*$/, '').replace(/(.)\/$/, '$1');
