import { AppError } from '../../contracts/error';
import type { LoadMix } from '../../contracts/load';
import type { LoadSource } from '../../contracts/load-source';
import { groupRequests, type Seen } from './templates';

export interface SourceOptions {
  /** Where the load will go: requests to other origins are left out, and its base path is taken off. */
  baseUrl?: string;
  /** Take requests that change data too (POST, PUT, PATCH, DELETE). */
  writes?: boolean;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof methods)[number];

export const methodOf = (text: string): Method | null =>
  methods.find((m) => m === text.toUpperCase()) ?? null;
export const changesData = (method: string): boolean => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);

/** The path below the base URL's own, with a leading slash; null when it lies elsewhere. */
export function belowBase(path: string, baseUrl: string | undefined): string | null {
  const prefix = baseUrl === undefined ? '' : new URL(baseUrl).pathname.replace(/\/$/, '');
  if (prefix === '') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : null;
}

/** Collects what a source could not take, the same reasons together. */
export class LeftOut {
  readonly #seen = new Map<string, { what: string; requests: number; why: string }>();

  add(what: string, why: string): void {
    const key = `${what}\u0000${why}`;
    const entry = this.#seen.get(key) ?? { what, requests: 0, why };
    entry.requests++;
    this.#seen.set(key, entry);
  }

  list(): LoadSource['leftOut'] {
    return [...this.#seen.values()].sort((a, b) => b.requests - a.requests);
  }
}

/** Most requests of a replay; the contract of a workload holds no more. */
const mostArrivals = 500_000;
const mostRequests = 1_000;

export interface Recorded extends Seen {
  /** When it was sent, ms since the epoch; null when the source does not say. */
  at: number | null;
}

/**
 * Recorded requests as a mix and as a replay. Times become ms since the first one, in order of time.
 * @throws AppError bad-input when nothing is left to send
 */
export function recordedSource(
  file: string,
  requests: readonly Recorded[],
  said: { notes: string[]; leftOut: LeftOut },
): LoadSource {
  if (requests.length === 0) {
    const [first] = said.leftOut.list();
    throw new AppError(
      'bad-input',
      `${file}: it holds no request that could be sent.${first ? ` For example ${first.what}: ${first.why}.` : ''}`,
      { field: 'file' },
    );
  }
  const timed = requests.flatMap((r) => (r.at === null ? [] : [{ ...r, at: r.at }]));
  const inTime = timed.length === requests.length ? timed.toSorted((a, b) => a.at - b.at) : null;
  const { mix, probes, of } = groupRequests(inTime ?? requests);
  const notes = [...said.notes];
  let replay: LoadSource['replay'] = null;
  const start = inTime?.[0]?.at ?? 0;
  const end = inTime?.at(-1)?.at ?? 0;
  if (inTime && end > start) {
    if (inTime.length <= mostArrivals && probes.length <= mostRequests) {
      const arrivals = inTime.map(({ at }, i): [number, number] => [at - start, of[i] ?? 0]);
      replay = { probes, arrivals, durationMs: end - start };
    } else {
      notes.push(
        `It is too large to be replayed at its times: ${inTime.length.toLocaleString('en')} requests of ${probes.length.toLocaleString('en')} kinds, at most ${mostArrivals.toLocaleString('en')} of ${mostRequests.toLocaleString('en')}. Its mix can be used.`,
      );
    }
  }
  return { mix: capped(mix, notes), notes, leftOut: said.leftOut.list(), replay };
}

/** The most frequent requests of a mix, where it has more of them than a mix may hold. */
function capped(mix: LoadMix, notes: string[]): LoadMix {
  if (mix.requests.length <= mostRequests) return mix;
  const kept = mix.requests.toSorted((a, b) => b.weight - a.weight).slice(0, mostRequests);
  const weight = (list: readonly { weight: number }[]) => list.reduce((sum, r) => sum + r.weight, 0);
  const share = 1 - weight(kept) / weight(mix.requests);
  notes.push(
    `It holds ${mix.requests.length.toLocaleString('en')} kinds of requests; the ${mostRequests.toLocaleString('en')} most frequent were taken, without ${(share * 100).toPrecision(2)}% of the requests.`,
  );
  return { ...mix, requests: kept };
}
