import { AppError } from '../../contracts/error';
import type { LoadSource } from '../../contracts/load-source';
import { isSecretName } from './secrets';
import {
  belowBase,
  changesData,
  LeftOut,
  methodOf,
  type Recorded,
  recordedSource,
  type SourceOptions,
} from './source';

/**
 * nginx "combined" (https://nginx.org/en/docs/http/ngx_http_log_module.html) and Apache "common" and "combined"
 * (https://httpd.apache.org/docs/current/logs.html): address, two names, time, request, status, size; what follows
 * (referrer, agent, times) is not read.
 */
const lineShape = /^\S+ \S+ .+? \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-)(?: |$)/;
const timeShape = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const fix =
  'Ratchet reads the formats "common" and "combined" of nginx and Apache: 203.0.113.9 - - [23/Nov/2026:19:30:00 +0000] "GET /path HTTP/1.1" 200 512';

/** Time of a log line, ms since the epoch; null when it is none. Reference: 10/Oct/2000:13:55:36 -0700 → 971211336000. */
export function logTime(text: string): number | null {
  const found = timeShape.exec(text);
  if (!found) return null;
  const [, day, month, year, hour, minute, second, sign, offsetHours, offsetMinutes] = found;
  const index = months.indexOf(month ?? '');
  if (index < 0) return null;
  const utc = Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return utc - (sign === '-' ? -offset : offset);
}

/**
 * An access log as a workload: paths grouped into templates, weights as they occurred, and the rhythm as it was. A log
 * has neither bodies nor headers, so requests that change data are left out unless `writes` asks for them (without body).
 * The times of a log are whole seconds: the requests of one second are spread evenly over it, in their order.
 * @throws AppError bad-input that names the file, the line and the fix, when most lines are of another format
 */
export function readAccessLog(file: string, text: string, o: SourceOptions = {}): LoadSource {
  const leftOut = new LeftOut();
  const dropped = new Map<string, number>();
  const requests: (Recorded & { at: number })[] = [];
  let understood = 0;
  let firstBad: number | null = null;
  let bad = 0;
  text.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const [, time, request] = lineShape.exec(line) ?? [];
    const at = logTime(time ?? '');
    if (request === undefined || at === null) {
      bad++;
      firstBad ??= i + 1;
      return;
    }
    understood++;
    const taken = take(request, at, o, leftOut, dropped);
    if (taken) requests.push(taken);
  });
  if (understood === 0 || bad > understood) {
    throw new AppError(
      'bad-input',
      firstBad === null
        ? `${file} is empty. ${fix}`
        : `${file}, line ${firstBad}: this is no line of an access log, and ${bad} of ${bad + understood} lines are not. ${fix}`,
      { field: 'file' },
    );
  }
  const notes: string[] = [];
  if (bad > 0)
    notes.push(`${bad} of ${bad + understood} lines were not understood; the first is line ${firstBad}.`);
  for (const [name, n] of dropped)
    notes.push(`The query parameter ${name} (${n}×) marks a secret and was dropped.`);
  return recordedSource(file, spreadSeconds(requests), { notes, leftOut });
}

function take(
  request: string,
  at: number,
  o: SourceOptions,
  leftOut: LeftOut,
  dropped: Map<string, number>,
): (Recorded & { at: number }) | null {
  const [, word = '', address = ''] = /^(\S+) (\S+)(?: HTTP\/[\d.]+)?$/.exec(request) ?? [];
  const method = methodOf(word);
  // Proxies log whole addresses. The base only serves to take a path apart.
  const url = address !== '' && URL.canParse(address, 'http://log') ? new URL(address, 'http://log') : null;
  const leave = (why: string): null => {
    leftOut.add(method && url ? `${method} ${url.pathname}` : 'a line', why);
    return null;
  };
  if (!method || !url || !/^(\/(?!\/)|https?:\/\/)/.test(address))
    return leave('its request is not one of HTTP');
  if (changesData(method) && !o.writes) return leave('it changes data, and a log does not hold its body');
  if (method === 'OPTIONS') return leave('it is the preflight of a browser');
  const path = belowBase(url.pathname, o.baseUrl);
  if (path === null) return leave('it lies outside of the base path of the target');
  const query = [...url.searchParams].filter(([name]) => {
    if (!isSecretName(name)) return true;
    dropped.set(name, (dropped.get(name) ?? 0) + 1);
    return false;
  });
  return { method, path, query, headers: {}, at };
}

/** Spreads the requests that carry the same second evenly over it; the k-th of n at (k + ½)/n. */
function spreadSeconds<R extends { at: number }>(requests: readonly R[]): R[] {
  const counts = new Map<number, number>();
  for (const { at } of requests) counts.set(at, (counts.get(at) ?? 0) + 1);
  const used = new Map<number, number>();
  return requests.map((r) => {
    const k = used.get(r.at) ?? 0;
    used.set(r.at, k + 1);
    return { ...r, at: r.at + (1000 * (k + 0.5)) / (counts.get(r.at) ?? 1) };
  });
}
