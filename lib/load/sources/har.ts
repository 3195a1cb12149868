import { z } from 'zod';
import type { LoadSource } from '../../contracts/load-source';
import { parseJsonAs } from './json-text';
import { isOwnHeader, isSecretName } from './secrets';
import {
  belowBase,
  changesData,
  LeftOut,
  methodOf,
  type Recorded,
  recordedSource,
  type SourceOptions,
} from './source';

const Pair = z.object({ name: z.string(), value: z.string().default('') });
const HarEntry = z.object({
  startedDateTime: z.string().optional(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.array(Pair).default([]),
    postData: z
      .object({
        mimeType: z.string().default(''),
        text: z.string().optional(),
        params: z.array(Pair).optional(),
      })
      .nullish(),
  }),
  response: z.object({ status: z.number() }).partial().nullish(),
});
const Har = z.object({ log: z.object({ entries: z.array(HarEntry) }) });
type HarEntry = z.infer<typeof HarEntry>;

const fix = 'Export it again from the network panel of a browser as HAR 1.2 ("Save all as HAR").';

/**
 * A HAR (HTTP Archive 1.2, http://www.softwareishard.com/blog/har-12-spec) as a workload. Secrets do not come along:
 * headers and query parameters whose names mark them (cookies, authorization, tokens) are dropped and named, and a
 * body with a secret field is left out.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readHar(file: string, text: string, o: SourceOptions = {}): LoadSource {
  const { entries } = parseJsonAs({ file, text }, Har, fix).log;
  const leftOut = new LeftOut();
  const dropped = new Map<string, number>();
  const origin = o.baseUrl === undefined ? mostFrequentOrigin(entries) : new URL(o.baseUrl).origin;
  const requests = entries.flatMap((entry) => {
    const taken = take(entry, { ...o, origin, leftOut, dropped });
    return taken ? [taken] : [];
  });
  const notes: string[] = [];
  if (dropped.size > 0) {
    const names = [...dropped].map(([name, n]) => `${name} (${n}×)`).join(', ');
    notes.push(
      `Secrets were dropped: ${names}. Where the service needs one, set it as a header of the target, or as a parameter with values.`,
    );
  }
  if (o.baseUrl === undefined && origin !== null)
    notes.push(`Only requests to ${origin} were taken, the most frequent.`);
  return recordedSource(file, requests, { notes, leftOut });
}

interface Taking extends SourceOptions {
  origin: string | null;
  leftOut: LeftOut;
  dropped: Map<string, number>;
}

function take({ request, response, startedDateTime }: HarEntry, o: Taking): Recorded | null {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  const leave = (why: string): null => {
    // The query may hold secrets, so only the path is named.
    o.leftOut.add(`${request.method} ${url ? url.origin + url.pathname : 'an address'}`, why);
    return null;
  };
  if (!url || !/^https?:$/.test(url.protocol)) return leave('it is not an HTTP address');
  if (url.origin !== o.origin) return leave('it goes to another origin');
  const path = belowBase(url.pathname, o.baseUrl);
  if (path === null) return leave('it lies outside of the base path of the target');
  const method = methodOf(request.method);
  if (method === null) return leave('its method cannot be sent');
  if (method === 'OPTIONS') return leave('it is the preflight of a browser');
  if (response?.status === 0) return leave('it was blocked or aborted when it was recorded');
  if (o.writes === false && changesData(method)) return leave('it changes data');
  if (request.headers.some((h) => h.name.toLowerCase() === 'upgrade')) return leave('it opens a WebSocket');
  const type = request.postData?.mimeType ?? '';
  const body = bodyOf(request.postData);
  const secret = body === undefined ? null : secretField(body, type);
  if (secret !== null) return leave(`its body holds a secret (${secret})`);
  const drop = (kind: string, name: string) => {
    const key = `${kind} ${name}`;
    o.dropped.set(key, (o.dropped.get(key) ?? 0) + 1);
  };
  const headers: Record<string, string> = {};
  for (const { name, value } of request.headers) {
    const lower = name.toLowerCase();
    if (isSecretName(lower)) drop('header', lower);
    else if (!isOwnHeader(lower)) headers[lower] = value;
  }
  if (body !== undefined && type !== '') headers['content-type'] ??= type;
  const query = [...url.searchParams].filter(([name]) => {
    if (!isSecretName(name)) return true;
    drop('query parameter', name);
    return false;
  });
  const at = startedDateTime === undefined ? Number.NaN : Date.parse(startedDateTime);
  return {
    method,
    path,
    query,
    headers,
    ...(body === undefined ? {} : { body }),
    at: Number.isNaN(at) ? null : at,
  };
}

function bodyOf(data: HarEntry['request']['postData']): string | undefined {
  if (!data) return undefined;
  if (data.text !== undefined && data.text !== '') return data.text;
  if (!data.params || data.params.length === 0) return undefined;
  return new URLSearchParams(data.params.map((p): [string, string] => [p.name, p.value])).toString();
}

/** Name of a field of the body that marks a secret; null when there is none. */
function secretField(body: string, type: string): string | null {
  const names = /x-www-form-urlencoded/i.test(type)
    ? [...new URLSearchParams(body).keys()]
    : [...body.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map(([, name]) => name ?? '');
  const parts = [...body.matchAll(/\bname="([^"]*)"/g)].map(([, name]) => name ?? '');
  return [...names, ...parts].find(isSecretName) ?? null;
}

function mostFrequentOrigin(entries: readonly HarEntry[]): string | null {
  const counts = new Map<string, number>();
  for (const { request } of entries) {
    if (!URL.canParse(request.url)) continue;
    const { origin, protocol } = new URL(request.url);
    if (/^https?:$/.test(protocol)) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
