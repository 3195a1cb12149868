import type { PromPage } from './prometheus';

/** The histogram of request durations on a metrics page, and how to read its labels. */
export interface RequestHistogram {
  name: string;
  /** Factor from its unit to ms. */
  toMs: number;
}

/** Names in wide use, preferred in this order: Prometheus client libraries, then OpenTelemetry's two spellings. */
const preferred = [
  'http_request_duration_seconds',
  'http_server_request_duration_seconds',
  'http_server_duration_milliseconds',
  'http_requests_duration_seconds',
  'http_server_requests_seconds',
];

const methodLabels = ['method', 'http_request_method', 'http_method', 'verb'];
const routeLabels = ['route', 'http_route', 'handler', 'endpoint', 'path', 'uri', 'url'];
const statusLabels = [
  'status',
  'status_code',
  'code',
  'http_response_status_code',
  'http_status_code',
  'statusCode',
];

/** The histogram that holds request durations: one of the usual names, else any that speaks of HTTP and time. */
export function findRequestHistogram(page: PromPage): RequestHistogram | null {
  const histograms = [...page.types].filter(([, type]) => type === 'histogram').map(([name]) => name);
  const name =
    preferred.find((n) => histograms.includes(n)) ??
    histograms.find((n) => /http/i.test(n) && /duration|latency|response_time/i.test(n));
  if (name === undefined) return null;
  return { name, toMs: /(milliseconds|millis|_ms)$/.test(name) ? 1 : 1000 };
}

/** What one bucket counts: requests of one route that ended with 5xx or not, within `le` (in the page's unit). */
export interface BucketKey {
  route: string;
  status: 'ok' | '5xx' | 'unknown';
  le: number;
}

/** Cumulative counters of the histogram's buckets, by `bucketKey`; label sets that fall together are added up. */
export function bucketCounters(page: PromPage, histogram: RequestHistogram): Record<string, number> {
  const counters: Record<string, number> = {};
  for (const { name, labels, value } of page.samples) {
    if (name !== `${histogram.name}_bucket` || !Number.isFinite(value)) continue;
    const le = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    if (Number.isNaN(le)) continue;
    const status = first(labels, statusLabels);
    const key = bucketKey({
      route: routeName(first(labels, methodLabels), first(labels, routeLabels)),
      status: status === undefined ? 'unknown' : status.startsWith('5') ? '5xx' : 'ok',
      le,
    });
    counters[key] = (counters[key] ?? 0) + value;
  }
  return counters;
}

/** `GET /x`, as in a mix; on one line and of bounded length, since it becomes the label of a series. */
function routeName(method: string | undefined, route: string | undefined): string {
  const name = [method?.toUpperCase(), route].filter(Boolean).join(' ');
  return name.replace(/\p{Cc}+/gu, ' ').slice(0, 200);
}

export const bucketKey = ({ route, status, le }: BucketKey): string => `${status} ${le} ${route}`;

/** Null for a counter that is no bucket. */
export function parseBucketKey(key: string): BucketKey | null {
  const match = /^(ok|5xx|unknown) (\S+) (.*)$/s.exec(key);
  if (!match) return null;
  return { status: match[1] as BucketKey['status'], le: Number(match[2]), route: match[3] ?? '' };
}

/** When the process behind the page started, where it says so: another start is another count. */
export function processStart(page: PromPage): string {
  return String(page.samples.find((s) => s.name === 'process_start_time_seconds')?.value ?? '');
}

const first = (labels: Record<string, string>, names: readonly string[]) =>
  names.map((name) => labels[name]).find((value) => value !== undefined);
