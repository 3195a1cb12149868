import type { LoadFigures, LoadRecord } from '../../contracts/load-record';
import type { ImportOptions } from './k6-lines';
import { endpointOfK6Name } from './k6-name';
import { type K6Metric, readK6Metrics } from './k6-summary-shapes';

/**
 * A summary of k6 as a run: only the figures that it gives, for all requests and for the endpoints that it tells apart
 * (those with a threshold of their own). Percentiles that it does not hold stay unknown. `endedAt`: only the newest shape
 * has a time, so when the file was written stands for the end otherwise.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readK6Summary(text: string, o: ImportOptions & { endedAt: Date }): LoadRecord {
  const { metrics, version, ...of } = readK6Metrics({ file: o.file, text });
  const requests = metrics.get('http_reqs')?.values ?? {};
  const rate = requests.rate ?? 0;
  const durationMs = of.durationMs ?? (rate > 0 ? ((requests.count ?? 0) / rate) * 1000 : 0);
  const endedAt = of.endedAt ?? o.endedAt;
  const endpoints: Record<string, LoadFigures> = {};
  for (const [name, trend] of metrics) {
    const tag = nameTag(name);
    if (tag === null) continue;
    const own = (metric: string) => metrics.get(name.replace('http_req_duration', metric))?.values;
    const failed = own('http_req_failed');
    const count = own('http_reqs')?.count ?? totalOf(failed) ?? trend.values.count;
    // Without a count of its own an endpoint's figures cannot be weighed; they are left out.
    if (count === undefined) continue;
    const parts = { trend: trend.values, requests: { ...own('http_reqs'), count }, failed };
    endpoints[endpointOfK6Name(tag)] = figures(parts, durationMs, 0);
  }
  const parts = {
    trend: metrics.get('http_req_duration')?.values ?? {},
    requests,
    failed: metrics.get('http_req_failed')?.values,
  };
  const total = figures(parts, durationMs, metrics.get('data_received')?.values.count ?? 0);
  return {
    schema: 'ratchet.load/1',
    title: o.title,
    source: { tool: 'k6', ...(version === null ? {} : { version }) },
    startedAt: new Date(endedAt.getTime() - durationMs).toISOString(),
    endedAt: endedAt.toISOString(),
    outcome: 'completed',
    reason: thresholdsSaid(metrics),
    target: { name: 'k6', origin: 'unknown:' },
    model: null,
    plan: null,
    workloadHash: null,
    machine: null,
    seconds: [],
    resources: [],
    limit: null,
    coordinatedOmission: null,
    generatorLimited: null,
    given: { durationMs, total, endpoints },
  };
}

type Values = Record<string, number>;

/** The tag of `http_req_duration{name:…}`, with or without quotes; null for other tags and for several at once. */
function nameTag(metric: string): string | null {
  const [, quoted, bare] = /^http_req_duration\{\s*name:\s*(?:"([^"]*)"|([^",]*?))\s*\}$/.exec(metric) ?? [];
  return quoted ?? bare ?? null;
}

/** The percentile of a trend, however its key was written: `p(99)`, `p(99.0)`. */
function percentile(trend: Values, p: number): number | null {
  const found = Object.entries(trend).find(([key]) => Number(/^p\(([\d.]+)\)$/.exec(key)?.[1]) === p);
  return found?.[1] ?? null;
}

/** How often a rate was counted: true and false together. */
function totalOf(rate: Values | undefined): number | undefined {
  if (rate?.total !== undefined) return rate.total;
  return rate?.passes !== undefined && rate.fails !== undefined ? rate.passes + rate.fails : undefined;
}

/** `http_req_failed` counts a failed request as a *pass* of the rate: its `passes` (newer: `matches`) are the failures. */
function figures(
  { trend, requests, failed }: { trend: Values; requests: Values; failed: Values | undefined },
  durationMs: number,
  bytes: number,
): LoadFigures {
  const count = Math.round(requests.count ?? 0);
  const share = failed?.rate ?? failed?.value;
  const errors = failed?.passes ?? failed?.matches ?? (share === undefined ? 0 : Math.round(share * count));
  return {
    count,
    errors,
    errorRate: failed === undefined || count === 0 ? null : errors / count,
    errorKinds: {},
    average: trend.avg ?? null,
    p50: trend.med ?? percentile(trend, 50),
    p90: percentile(trend, 90),
    p95: percentile(trend, 95),
    p99: percentile(trend, 99),
    max: trend.max ?? percentile(trend, 100),
    rps: requests.rate ?? (durationMs > 0 ? count / (durationMs / 1000) : 0),
    bytes,
  };
}

const mostNamed = 5;

/** What k6 said of its thresholds; null when the run had none. */
function thresholdsSaid(metrics: ReadonlyMap<string, K6Metric>): string | null {
  const all = [...metrics].flatMap(([name, { thresholds }]) =>
    thresholds.map(({ expression, passed }) => ({ text: `${name}: ${expression}`, passed })),
  );
  if (all.length === 0) return null;
  const broken = all.filter((t) => !t.passed).map((t) => t.text);
  if (broken.length === 0)
    return all.length === 1 ? 'k6 found its threshold kept.' : `k6 found all ${all.length} thresholds kept.`;
  const more = broken.length > mostNamed ? `, and ${broken.length - mostNamed} more` : '';
  return `k6 found ${broken.length} of ${all.length} thresholds broken: ${broken.slice(0, mostNamed).join(', ')}${more}.`;
}
