import type { LoadMix, LoadProbe, LoadRequest } from '../../contracts/load';
import { mostValues } from '../parameters';
import { type BodyShape, bodyShape } from './body-shape';
import { looksLikeId, parameterName } from './path-id';

/** One recorded request. */
export interface Seen {
  method: LoadRequest['method'];
  /** Percent-encoded as it was sent, without the query. */
  path: string;
  /** Decoded names and values, in order. */
  query: readonly (readonly [string, string])[];
  headers: Record<string, string>;
  body?: string;
}

export interface Templates {
  /** With at most `mostValues` rows of values a template, taken evenly over time: frequent values stay frequent. */
  mix: LoadMix;
  /** The same templates with every row of values that was sent, in order. */
  probes: LoadProbe[];
  /** For each recorded request the index of its template. */
  of: number[];
}

interface Taken {
  seen: Seen;
  segments: string[];
  /** Positions in `segments` that hold a parameter. */
  holes: Set<number>;
  body: BodyShape | null;
}

interface Hole {
  name: string;
  values: string[];
}

/** A segment of a path is a parameter too when so many different ones stand in its place. */
const manyNames = 20;

/**
 * Groups recorded requests into templates: `/models/42` and `/models/7` become `/models/{model_id}` with the values
 * 42 and 7. What was sent together (an id, a query, fields of a body) stays together in one row.
 */
export function groupRequests(requests: readonly Seen[]): Templates {
  const taken = requests.map(take);
  findNames(taken);
  const groups = new Map<string, { members: Taken[]; places: number[] }>();
  taken.forEach((t, i) => {
    const key = keyOf(t);
    const group = groups.get(key) ?? { members: [], places: [] };
    group.members.push(t);
    group.places.push(i);
    groups.set(key, group);
  });
  const braced = new Set(
    requests.flatMap((r) => `${r.path}${r.body ?? ''}`.match(/\{[A-Za-z_]\w*\}/g) ?? []),
  );
  const names = new Names((name) => braced.has(`{${name}}`));
  const parameters: LoadMix['parameters'] = {};
  const templates: { request: LoadRequest; holes: Hole[] }[] = [];
  const of = new Array<number>(requests.length).fill(0);
  for (const { members, places } of groups.values()) {
    const made = template(members, names);
    for (const place of places) of[place] = templates.length;
    templates.push(made);
    const n = Math.min(mostValues, members.length);
    for (const { name, values } of made.holes) {
      parameters[name] = {
        values: Array.from({ length: n }, (_, i) => values[Math.floor((i * members.length) / n)] ?? ''),
      };
    }
  }
  const named = distinctNames(templates.map((t) => t.request));
  const probes = named.map((request, i) => ({ ...request, rows: rowsOf(templates[i]?.holes ?? []) }));
  return { mix: { requests: named, parameters }, probes, of };
}

const decoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

function take(seen: Seen): Taken {
  const segments = seen.path.split('/');
  const holes = new Set(segments.flatMap((s, i) => (looksLikeId(decoded(s) ?? '') ? [i] : [])));
  const type = Object.entries(seen.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return {
    seen,
    segments,
    holes,
    body: seen.body === undefined ? null : bodyShape(seen.body, type ?? 'application/json'),
  };
}

/** Makes a segment a parameter where very many different ones follow the same beginning: names, slugs. */
function findNames(taken: readonly Taken[]): void {
  const places = new Map<string, { segment: string; members: Map<string, Taken[]> }>();
  for (const t of taken) {
    // The first segment tells the parts of a service apart and is never one.
    for (let i = 2; i < t.segments.length; i++) {
      const segment = t.segments[i] ?? '';
      if (t.holes.has(i) || segment === '' || decoded(segment) === null) continue;
      const shape = t.segments.map((s, k) => (k === i ? '\u0001' : t.holes.has(k) ? '\u0000' : s)).join('/');
      const key = `${t.seen.method} ${i} ${shape}`;
      const place = places.get(key) ?? { segment: String(i), members: new Map() };
      place.members.set(segment, [...(place.members.get(segment) ?? []), t]);
      places.set(key, place);
    }
  }
  for (const { segment, members } of places.values()) {
    if (members.size < manyNames) continue;
    for (const list of members.values()) for (const t of list) t.holes.add(Number(segment));
  }
}

function keyOf({ seen, segments, holes, body }: Taken): string {
  const path = segments.map((s, i) => (holes.has(i) ? '\u0000' : s)).join('/');
  const names = seen.query.map(([name]) => name).join('\u0001');
  return [seen.method, path, names, body?.key ?? ''].join('\u0002');
}

/** The common text of requests of one kind, with a hole wherever they differ and wherever an id stands. */
function template(members: readonly Taken[], names: Names): { request: LoadRequest; holes: Hole[] } {
  const [first] = members;
  if (!first) throw new RangeError('a template needs a request');
  const holes: Hole[] = [];
  const hole = (wanted: string, values: string[]): string => {
    const name = names.free(wanted);
    holes.push({ name, values });
    return `{${name}}`;
  };
  const path = first.segments
    .map((segment, i) => {
      if (!first.holes.has(i)) return literal(segment);
      const values = members.map((m) => decoded(m.segments[i] ?? '') ?? '');
      const before = decoded(first.segments[i - 1] ?? '') ?? '';
      return hole(parameterName(before, looksLikeId(values[0] ?? '') ? 'id' : 'name'), values);
    })
    .join('/');
  const query = first.seen.query.map(([name, value], i) => {
    const values = members.map((m) => m.seen.query[i]?.[1] ?? '');
    const same = values.every((v) => v === value);
    return `${encodeURIComponent(name)}=${same ? encodeURIComponent(value) : hole(name, values)}`;
  });
  const body = first.body?.parts.map((part, i) => {
    const own = first.body?.values[i];
    if (!own) return part;
    const values = members.map((m) => m.body?.values[i]?.value ?? '');
    if (values.some((v) => v !== own.value)) return part + hole(own.name, values);
    return part + (part.endsWith('"') ? JSON.stringify(own.value).slice(1, -1) : own.value);
  });
  const shown = path === '' ? '/' : path;
  return {
    request: {
      name: `${first.seen.method} ${shown}`,
      method: first.seen.method,
      path: query.length > 0 ? `${shown}?${query.join('&')}` : shown,
      headers: first.seen.headers,
      ...(body === undefined ? {} : { body: body.join('') }),
      weight: members.length,
    },
    holes,
  };
}

/** Braces would be read as a parameter. */
const literal = (segment: string) => segment.replaceAll('{', '%7B').replaceAll('}', '%7D');

/** One row of values for each recorded request. */
function rowsOf(holes: readonly Hole[]): Record<string, string>[] {
  return (holes[0]?.values ?? []).map((_, i) =>
    Object.fromEntries(holes.map(({ name, values }) => [name, values[i] ?? ''])),
  );
}

/** Hands out parameter names that are free: not given before, and not standing in braces in what was recorded. */
class Names {
  readonly #given = new Set<string>();
  constructor(readonly blocked: (name: string) => boolean) {}

  free(wanted: string): string {
    const plain = wanted.replace(/[^A-Za-z0-9_]/g, '_');
    const base = /^[A-Za-z_]/.test(plain) ? plain : `p_${plain}`;
    let name = base;
    for (let n = 2; this.#given.has(name) || this.blocked(name); n++) name = `${base}_${n}`;
    this.#given.add(name);
    return name;
  }
}

/** Requests of one name are told apart by their query, then by a number. */
function distinctNames(requests: readonly LoadRequest[]): LoadRequest[] {
  const often = new Map<string, number>();
  for (const { name } of requests) often.set(name, (often.get(name) ?? 0) + 1);
  const given = new Set<string>();
  return requests.map((request) => {
    const base =
      (often.get(request.name) ?? 0) > 1 && request.path.includes('?')
        ? `${request.method} ${request.path.replace(/=[^&]*/g, '')}`
        : request.name;
    let name = base;
    for (let n = 2; given.has(name); n++) name = `${base} (${n})`;
    given.add(name);
    return { ...request, name };
  });
}
