import type { HttpRoute } from '@/lib/contracts/http-snapshot';
import type { Value } from '../../collector-types';
import { CounterTrack } from '../../rates';
import { heavyEveryMs, vitalsEveryMs } from '../../series/levels';
import { ApplicationMetrics } from './application-metrics';
import { type PromPage, parsePrometheus } from './prometheus';
import {
  bucketCounters,
  findRequestHistogram,
  processStart,
  type RequestHistogram,
} from './request-histogram';
import { type RouteOptions, routesFrom } from './routes';

export interface Scrape {
  text: string;
  startedAt: number;
  endedAt: number;
  /** Probes that Ratchet has sent before this scrape. */
  probes: number;
}

/**
 * Follows the request histogram of a metrics page from scrape to scrape, over two windows: between vitals, and
 * between snapshots.
 */
export class MetricsPage {
  // A route that appears has begun at zero: the page of the same process did not list it before.
  #vitals = new CounterTrack(2.5 * vitalsEveryMs, true);
  #snapshot = new CounterTrack(2.5 * heavyEveryMs, true);
  #application = new ApplicationMetrics();
  #parsed: { text: string; page: PromPage } | null = null;

  constructor(readonly paths: Pick<RouteOptions, 'metricsPath' | 'probePath'>) {}

  /**
   * Routes since the last usable scrape; null when there was none, or the service restarted in between.
   * @throws AppError unsupported when the page is no metrics page
   */
  next(scrape: Scrape): HttpRoute[] | null {
    const read = this.#read(scrape);
    const increase = read && this.#vitals.next(read.reading);
    if (!read || !increase) return null;
    return this.#routes(read.histogram, increase.counters, increase.seconds);
  }

  /** What the page tells of the pool and the cache of the application. @throws AppError unsupported */
  application({ text, startedAt, endedAt }: Scrape): Value[] {
    return this.#application.next(this.#parse(text), startedAt, endedAt);
  }

  /** A page that is looked at for several things is parsed once. */
  #parse(text: string): PromPage {
    if (this.#parsed?.text !== text) this.#parsed = { text, page: parsePrometheus(text) };
    return this.#parsed.page;
  }

  /** Routes since the last snapshot or, at the first one and after a restart, since the service started. */
  snapshot(scrape: Scrape): { histogram: string | null; windowSeconds: number | null; routes: HttpRoute[] } {
    const read = this.#read(scrape);
    if (!read) return { histogram: null, windowSeconds: null, routes: [] };
    const increase = this.#snapshot.next(read.reading);
    const counters = increase?.counters ?? read.reading.counters;
    const windowSeconds = increase?.seconds ?? null;
    return {
      histogram: read.histogram.name,
      windowSeconds,
      routes: this.#routes(read.histogram, counters, windowSeconds),
    };
  }

  #read({ text, startedAt, endedAt, probes }: Scrape) {
    const page = this.#parse(text);
    const histogram = findRequestHistogram(page);
    if (!histogram) return null;
    const counters = { ...bucketCounters(page, histogram), probes };
    return {
      histogram,
      reading: { startedAt, endedAt, epoch: `${histogram.name} ${processStart(page)}`, counters },
    };
  }

  #routes(
    histogram: RequestHistogram,
    counters: Record<string, number>,
    seconds: number | null,
  ): HttpRoute[] {
    return routesFrom(counters, {
      ...this.paths,
      toMs: histogram.toMs,
      seconds,
      probes: counters.probes ?? 0,
    });
  }
}
