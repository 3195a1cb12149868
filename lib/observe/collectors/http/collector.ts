import { AppError } from '@/lib/contracts/error';
import type { HttpRoute, HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { TargetOptions } from '@/lib/contracts/target';
import type { HttpConnection } from '@/lib/targets/http/base';
import { connectHttp, type HttpAnswer, type HttpSession } from '@/lib/targets/http/connect';
import { readKnobs } from '@/lib/targets/http/knobs';
import { type Collector, measured, type Value } from '../../collector-types';
import { MetricsPage } from './metrics-page';

/** Headers of the probe's answer that rules look at. */
const headers = [
  'connection',
  'keep-alive',
  'cache-control',
  'content-encoding',
  'content-type',
  'etag',
  'server',
  'vary',
];

/**
 * Opens the collector of an HTTP service: one kept-alive connection, no call until the first reading.
 *
 * With `metricsPath`: throughput, quantiles and errors from the service's own histogram. With `probePath`, or
 * with neither: a GET whose time is `http.probe`. Without a histogram the others are not measured: a few probes
 * tell nothing of what users get. What the page tells of a connection pool and a cache is taken too.
 */
export async function openHttp(connection: HttpConnection, options: TargetOptions): Promise<Collector> {
  const session = connectHttp(connection, options);
  const probePath = options.probePath ?? (options.metricsPath === undefined ? '/' : undefined);
  const page = new MetricsPage({ metricsPath: options.metricsPath, probePath });
  let probes = 0;
  const probe = async (signal: AbortSignal) => {
    if (probePath === undefined) return null;
    probes += 1;
    const headers = { 'accept-encoding': 'gzip, br' };
    return { path: probePath, ...(await session.get(probePath, { signal, headers })) };
  };
  const scrape = async (signal: AbortSignal) => {
    const startedAt = performance.now();
    const text = await readPage(session, options.metricsPath ?? '', signal);
    return { text, startedAt, endedAt: performance.now(), probes };
  };
  return {
    vitals: async (signal) => {
      const answer = await probe(signal);
      const values: Value[] = measured({ 'http.probe': answer && answer.status < 500 ? answer.ms : null });
      const problems =
        answer && answer.status >= 500
          ? [`GET ${answer.path} of ${session.address} answers with status ${answer.status}.`]
          : [];
      if (options.metricsPath !== undefined) {
        try {
          const read = await scrape(signal);
          values.push(...(page.next(read) ?? []).flatMap(routeValues), ...page.application(read));
        } catch (error) {
          // The service answers, only its metrics page is wrong: what was measured otherwise still counts.
          if (!(error instanceof AppError && error.code === 'unsupported')) throw error;
          problems.push(error.message);
        }
      }
      return { values, ...(problems.length > 0 ? { problem: problems.join(' ') } : {}) };
    },
    snapshot: async (signal): Promise<HttpSnapshot> => {
      const takenAt = new Date().toISOString();
      const answer = await probe(signal);
      const metrics = options.metricsPath === undefined ? null : page.snapshot(await scrape(signal));
      return {
        takenAt,
        probe: answer && { path: answer.path, ...summary(answer) },
        histogram: metrics?.histogram ?? null,
        metricsMissing: missing(options.metricsPath, metrics?.histogram ?? null),
        windowSeconds: metrics?.windowSeconds ?? null,
        routes: metrics?.routes ?? [],
        ...(await knobsOf(session, connection.knobsToken, signal)),
      };
    },
    close: () => session.close(),
  };
}

async function readPage(session: HttpSession, path: string, signal: AbortSignal): Promise<string> {
  const page = await session.get(path, { accept: 'text/plain;version=0.0.4, */*;q=0.1', signal });
  if (page.status === 200) return page.body;
  throw new AppError(
    'unsupported',
    `GET ${path} of ${session.address} answers with status ${page.status}, not with metrics.`,
  );
}

function routeValues(route: HttpRoute): Value[] {
  return measured(
    {
      'http.requests': route.perSecond,
      'http.p50': route.p50,
      'http.p95': route.p95,
      'http.p99': route.p99,
      'http.errors': route.errors,
    },
    route.name,
  );
}

async function knobsOf(session: HttpSession, token: string | undefined, signal: AbortSignal) {
  if (token === undefined) return { knobs: null, knobsMissing: 'No knobs token is given for this service.' };
  try {
    return { knobs: await readKnobs(session, token, signal), knobsMissing: null };
  } catch (error) {
    // The service answers, only its knobs are not as they should be: the rest of the reading counts.
    const said = error instanceof AppError && error.code !== 'unreachable' && error.code !== 'timeout';
    if (!said) throw error;
    return { knobs: null, knobsMissing: error.message };
  }
}

function missing(path: string | undefined, histogram: string | null): string | null {
  if (path === undefined) return 'No metricsPath is given for this service.';
  return histogram === null ? `The page at ${path} has no histogram of HTTP request durations.` : null;
}

function summary(answer: HttpAnswer) {
  const kept = headers.flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
  });
  return {
    status: answer.status,
    ms: answer.ms,
    bytes: Buffer.byteLength(answer.body),
    headers: Object.fromEntries(kept) as Record<string, string>,
  };
}
