import { z } from 'zod';
import { AppError } from '../../contracts/error';
import type { ErrorCounts, LoadErrorKind, LoadRecord, LoadSecond } from '../../contracts/load-record';
import { encodeHistogram, type LatencyHistogram, newHistogram, recordMs } from '../../stats/histogram';
import { endpointOfK6Name } from './k6-name';

/** A data point of `k6 run --out json`: https://grafana.com/docs/k6/latest/results-output/real-time/json/. */
const Point = z.object({
  type: z.literal('Point'),
  metric: z.string(),
  data: z.object({
    time: z.string(),
    value: z.number(),
    tags: z.record(z.string(), z.string()).nullish(),
  }),
});

interface Ended {
  /** ms since the epoch: k6 stamps a request when it ended. */
  at: number;
  ms: number;
  endpoint: string;
  error: LoadErrorKind | null;
}

export interface ImportOptions {
  title: string;
  /** Name of the file, for messages. */
  file: string;
}

/** Longest run that is read: one row a second. */
const longestSeconds = 86_400;

/**
 * Reads `k6 run --out json` line by line, so that a file of any size needs no more memory than its requests do.
 * k6 tells neither the machine nor the generator's own load, and no bytes by request: these stay unknown.
 */
export class K6Lines {
  readonly #requests: Ended[] = [];
  readonly #vus: [number, number][] = [];
  readonly #dropped: [number, number][] = [];
  #origin: string | null = null;
  #line = 0;

  constructor(readonly o: ImportOptions) {}

  /** @throws AppError bad-input that names file and line */
  add(line: string): void {
    this.#line++;
    if (line.trim() === '') return;
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      throw new AppError(
        'bad-input',
        `${this.o.file}, line ${this.#line}: this is not valid JSON. The file may be cut off; write it again with k6 run --out json=FILE.`,
        { field: 'file' },
      );
    }
    const point = Point.safeParse(json);
    if (!point.success) return;
    const { metric, data } = point.data;
    const at = Date.parse(data.time);
    if (Number.isNaN(at)) return;
    if (metric === 'vus') this.#vus.push([at, data.value]);
    else if (metric === 'dropped_iterations') this.#dropped.push([at, data.value]);
    else if (metric === 'http_req_duration') this.#request(at, data.value, data.tags ?? {});
  }

  #request(at: number, ms: number, tags: Record<string, string>): void {
    if (this.#origin === null && tags.url && URL.canParse(tags.url)) this.#origin = new URL(tags.url).origin;
    this.#requests.push({ at, ms, endpoint: endpointOf(tags), error: errorOf(tags) });
  }

  /** @throws AppError bad-input when there was no request in it */
  record(): LoadRecord {
    const requests = this.#requests.sort((a, b) => a.at - b.at);
    const last = requests.at(-1);
    if (!last) {
      throw new AppError(
        'bad-input',
        `${this.o.file}: it holds no HTTP request of k6 (no point of http_req_duration). Write it with k6 run --out json=FILE.`,
        { field: 'file' },
      );
    }
    const start = requests.reduce((least, r) => Math.min(least, r.at - r.ms), Number.POSITIVE_INFINITY);
    const length = Math.floor((last.at - start) / 1000) + 1;
    if (length > longestSeconds) {
      throw new AppError('bad-input', `${this.o.file}: its requests lie more than a day apart.`, {
        field: 'file',
      });
    }
    return {
      schema: 'ratchet.load/1',
      title: this.o.title,
      source: { tool: 'k6' },
      startedAt: new Date(start).toISOString(),
      endedAt: new Date(last.at).toISOString(),
      outcome: 'completed',
      reason: null,
      target: { name: 'k6', origin: this.#origin ?? 'unknown:' },
      model: null,
      plan: null,
      workloadHash: null,
      machine: null,
      seconds: secondsOf(requests, start, length, this.#vus, this.#dropped),
      resources: [],
      limit: null,
      coordinatedOmission: null,
      generatorLimited: null,
    };
  }
}

function endpointOf(tags: Record<string, string>): string {
  const name = tags.name ?? tags.url ?? 'unknown';
  // Without a name of its own a request is named by its address, or by the template of it (`http.url`).
  if (!URL.canParse(name)) return endpointOfK6Name(name);
  const path = new URL(name).pathname.replaceAll('$%7B%7D', '{}');
  return `${tags.method ?? 'GET'} ${path}`;
}

/**
 * Why a request failed; null when it did not. Since k6 0.31 `expected_response` decides, also of a status that was expected
 * although it has an error code; before, an error code or a status from 400 on.
 * Codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/.
 */
function errorOf(tags: Record<string, string>): LoadErrorKind | null {
  const status = Number(tags.status ?? 0);
  const code = Number(tags.error_code ?? 0);
  const failed =
    tags.expected_response === undefined
      ? code > 0 || status >= 400 || (tags.error ?? '') !== ''
      : tags.expected_response === 'false';
  if (!failed) return null;
  if (code === 1050 || code === 1211) return 'timeout';
  if (code === 1201 || code === 1220) return 'reset';
  if (code >= 1300 && code < 1400) return 'tls';
  if (code >= 1600 && code < 1800) return 'protocol';
  if (status >= 500) return 'status-5xx';
  if (status >= 400) return 'status-4xx';
  if (status >= 300) return 'redirect';
  return status === 0 ? 'connection' : 'check';
}

interface Collecting {
  sent: number;
  gap: number;
  endpoints: Map<string, { errors: ErrorCounts; histogram: LatencyHistogram }>;
}

function secondsOf(
  requests: readonly Ended[],
  start: number,
  length: number,
  vus: readonly [number, number][],
  dropped: readonly [number, number][],
): LoadSecond[] {
  const collecting = Array.from({ length }, (): Collecting => ({ sent: 0, gap: 0, endpoints: new Map() }));
  const at = (time: number) =>
    collecting[Math.min(length - 1, Math.max(0, Math.floor((time - start) / 1000)))];
  let before = start;
  for (const { at: end, ms, endpoint, error } of requests) {
    const second = at(end);
    const sentIn = at(end - ms);
    if (!second || !sentIn) continue;
    sentIn.sent++;
    // Waiting counts only while this request was in flight.
    second.gap = Math.max(second.gap, Math.min(end - before, ms));
    before = end;
    const entry = second.endpoints.get(endpoint) ?? { errors: {}, histogram: newHistogram() };
    recordMs(entry.histogram, ms);
    if (error) entry.errors[error] = (entry.errors[error] ?? 0) + 1;
    second.endpoints.set(endpoint, entry);
  }
  const users = perSecond(vus, start, length, (_, v) => v);
  const lost = perSecond(dropped, start, length, (sum, v) => sum + v);
  let active = 0;
  return collecting.map(({ sent, gap, endpoints }, t): LoadSecond => {
    active = users[t] ?? active;
    const missed = Math.round(lost[t] ?? 0);
    return {
      t,
      durationMs: t === length - 1 ? Math.max(1, (requests.at(-1)?.at ?? start) - start - t * 1000) : 1000,
      level: active,
      offered: sent + missed,
      sent,
      dropped: missed,
      active: Math.round(active),
      longestGapMs: gap,
      endpoints: Object.fromEntries(
        [...endpoints].map(([name, e]) => [
          name,
          {
            count: e.histogram.totalCount,
            errors: e.errors,
            bytes: 0,
            histogram: encodeHistogram(e.histogram),
          },
        ]),
      ),
      generator: { cpuShare: 0, loopDelayP99Ms: 0, lateSends: 0 },
    };
  });
}

function perSecond(
  points: readonly [number, number][],
  start: number,
  length: number,
  join: (before: number, value: number) => number,
): (number | undefined)[] {
  const out = new Array<number | undefined>(length).fill(undefined);
  for (const [time, value] of points) {
    const t = Math.floor((time - start) / 1000);
    if (t >= 0 && t < length) out[t] = join(out[t] ?? 0, value);
  }
  return out;
}
