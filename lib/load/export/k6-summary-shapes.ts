import { z } from 'zod';
import { lineOf, type NamedText, parseJson, valueAs } from '../sources/json-text';

/** A metric of a summary, whatever its shape. */
export interface K6Metric {
  values: Record<string, number>;
  thresholds: { expression: string; passed: boolean }[];
}

export interface K6Metrics {
  /** By name, a submetric as `http_req_duration{name:x}`. */
  metrics: ReadonlyMap<string, K6Metric>;
  /** Length of the run, ms; null where it is not given. */
  durationMs: number | null;
  /** When k6 wrote it; null where it does not say. */
  endedAt: Date | null;
  version: string | null;
}

const fix = 'Write it with k6 run --summary-export=FILE, or return JSON.stringify(data) from handleSummary.';

/** What is no number is no figure: k6 writes null for a statistic of nothing. */
const numbers = (m: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(Object.entries(m).flatMap(([k, v]) => (typeof v === 'number' ? [[k, v]] : [])));

/**
 * `handleSummary` says `{ok: true}` of a threshold that was kept. `--summary-export` has a bare `true` for one that was
 * *broken* (k6 keeps that for the readers it has: github.com/grafana/k6/issues/1498).
 */
const Thresholds = z
  .record(z.string(), z.union([z.boolean(), z.looseObject({ ok: z.boolean() })]))
  .transform((all) =>
    Object.entries(all).map(([expression, said]) => ({
      expression,
      passed: typeof said === 'boolean' ? !said : said.ok,
    })),
  );

const Metric = z
  .looseObject({ values: z.record(z.string(), z.unknown()).optional(), thresholds: Thresholds.optional() })
  .transform(
    ({ thresholds = [], values, ...flat }): K6Metric => ({ values: numbers(values ?? flat), thresholds }),
  );

/**
 * Two shapes since k6 0.26 and 0.30: `--summary-export` has the figures of a metric in itself, `handleSummary` (its `data`
 * written as JSON) has them under `values`. https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/.
 */
const ByName = z
  .object({
    metrics: z.record(z.string(), Metric),
    state: z.looseObject({ testRunDurationMs: z.number().positive().optional() }).optional(),
  })
  .transform(
    ({ metrics, state }): K6Metrics => ({
      metrics: new Map(Object.entries(metrics)),
      durationMs: state?.testRunDurationMs ?? null,
      endedAt: null,
      version: null,
    }),
  );

/** The third, of `--new-machine-readable-summary` (k6 1.5 and 2): a list of metrics, counters without a rate, no thresholds. */
const Listed = z
  .object({
    results: z.looseObject({
      metrics: z.array(z.looseObject({ name: z.string(), values: z.record(z.string(), z.unknown()) })),
    }),
    config: z.looseObject({ duration: z.number().positive().optional() }).optional(),
    metadata: z
      .looseObject({ generatedAt: z.string().optional(), k6Version: z.string().optional() })
      .optional(),
  })
  .transform(({ results, config, metadata }): K6Metrics => {
    const endedAt = new Date(metadata?.generatedAt ?? Number.NaN);
    return {
      metrics: new Map(results.metrics.map((m) => [m.name, { values: numbers(m.values), thresholds: [] }])),
      durationMs: config?.duration === undefined ? null : config.duration * 1000,
      endedAt: Number.isNaN(endedAt.getTime()) ? null : endedAt,
      version: metadata?.k6Version ?? null,
    };
  });

const measured = {
  path: ['metrics'],
  message: 'it has no http_req_duration and http_reqs, so no HTTP request was measured',
};
const hasRequests = ({ metrics }: K6Metrics) =>
  metrics.has('http_req_duration') && metrics.get('http_reqs')?.values.count !== undefined;

/**
 * The metrics of a summary of k6, of any version.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readK6Metrics(named: NamedText): K6Metrics {
  const value = parseJson(named, fix);
  const listed = typeof value === 'object' && value !== null && 'results' in value && !('metrics' in value);
  const shape = (listed ? Listed : ByName).refine(hasRequests, measured);
  return valueAs(named, value, shape, { fix, lineOf: (path) => lineOf(named.text, path) });
}
