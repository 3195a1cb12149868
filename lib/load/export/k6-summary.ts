import { z } from 'zod';
import type { LoadFigures, LoadRecord } from '../../contracts/load-record';
import { parseJsonAs } from '../sources/json-text';
import type { ImportOptions } from './k6-lines';
import { endpointOfK6Name } from './k6-name';

/**
 * The two shapes of a summary: `--summary-export` has the figures of a metric in itself, `handleSummary` (its `data`
 * written as JSON) has them under `values`. https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/.
 */
const Metric = z
  .looseObject({ values: z.record(z.string(), z.number()).optional() })
  .transform((m) => m.values ?? numbersOf(m));
const Summary = z.object({
  metrics: z.record(z.string(), Metric),
  state: z.object({ testRunDurationMs: z.number().positive() }).partial().optional(),
});
const fix = 'Write it with k6 run --summary-export=FILE, or return JSON.stringify(data) from handleSummary.';

const numbersOf = (m: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(Object.entries(m).flatMap(([k, v]) => (typeof v === 'number' ? [[k, v]] : [])));

/**
 * A summary of k6 as a run: only the figures that it gives, for all requests and for the endpoints that it tells apart
 * (those with a threshold of their own). Percentiles that it does not hold stay unknown. `endedAt`: a summary
 * has no times, so when its file was written stands for the end.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readK6Summary(text: string, o: ImportOptions & { endedAt: Date }): LoadRecord {
  const { metrics, state } = parseJsonAs(
    { file: o.file, text },
    Summary.refine(
      (s) => s.metrics.http_req_duration !== undefined && s.metrics.http_reqs?.count !== undefined,
      {
        path: ['metrics'],
        message: 'it has no http_req_duration and http_reqs, so no HTTP request was measured',
      },
    ),
    fix,
  );
  const requests = metrics.http_reqs ?? {};
  const rate = requests.rate ?? 0;
  const durationMs = state?.testRunDurationMs ?? (rate > 0 ? ((requests.count ?? 0) / rate) * 1000 : 0);
  const endpoints: Record<string, LoadFigures> = {};
  for (const [name, trend] of Object.entries(metrics)) {
    const [, tag] = /^http_req_duration\{name:(.*)\}$/.exec(name) ?? [];
    const own = tag === undefined ? undefined : metrics[`http_reqs{name:${tag}}`];
    // Without a count of its own an endpoint's figures cannot be weighed; they are left out.
    if (tag === undefined || own?.count === undefined) continue;
    endpoints[endpointOfK6Name(tag)] = figures(
      trend,
      own,
      metrics[`http_req_failed{name:${tag}}`],
      durationMs,
      0,
    );
  }
  const received = metrics.data_received?.count ?? 0;
  const total = figures(
    metrics.http_req_duration ?? {},
    requests,
    metrics.http_req_failed,
    durationMs,
    received,
  );
  return {
    schema: 'ratchet.load/1',
    title: o.title,
    source: { tool: 'k6' },
    startedAt: new Date(o.endedAt.getTime() - durationMs).toISOString(),
    endedAt: o.endedAt.toISOString(),
    outcome: 'completed',
    reason: null,
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

/** `http_req_failed` counts a failed request as a *pass* of the rate: its `passes` are the failures. */
function figures(
  trend: Values,
  requests: Values,
  failed: Values | undefined,
  durationMs: number,
  bytes: number,
): LoadFigures {
  const count = Math.round(requests.count ?? 0);
  const share = failed?.rate ?? failed?.value;
  const errors = failed?.passes ?? (share === undefined ? 0 : Math.round(share * count));
  return {
    count,
    errors,
    errorRate: failed === undefined || count === 0 ? null : errors / count,
    errorKinds: {},
    average: trend.avg ?? null,
    p50: trend.med ?? trend['p(50)'] ?? null,
    p90: trend['p(90)'] ?? null,
    p95: trend['p(95)'] ?? null,
    p99: trend['p(99)'] ?? null,
    max: trend.max ?? null,
    rps: requests.rate ?? (durationMs > 0 ? count / (durationMs / 1000) : 0),
    bytes,
  };
}
