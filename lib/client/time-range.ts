/** The time range of a page: what its charts show. It lives in the address, so that a view can be linked to. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const presets = [
  { value: '15m', label: '15 min', words: 'last 15 minutes', ms: 15 * minute },
  { value: '1h', label: '1 h', words: 'last hour', ms: hour },
  { value: '6h', label: '6 h', words: 'last 6 hours', ms: 6 * hour },
  { value: '24h', label: '24 h', words: 'last 24 hours', ms: day },
  { value: '7d', label: '7 d', words: 'last 7 days', ms: 7 * day },
  { value: '30d', label: '30 d', words: 'last 30 days', ms: 30 * day },
] as const;

export type Preset = (typeof presets)[number];
export type PresetValue = Preset['value'];

/** Names of the query's parts that make a time range. */
export const rangeKeys = ['range', 'from', 'to', 'live', 'compare'] as const;
type RangeKey = (typeof rangeKeys)[number];

/** Shortest span that can be zoomed to: six samples of the vitals. */
export const shortestMs = 30_000;
/** Longest: what one-hour roll-ups are kept for. */
export const longestMs = 400 * day;

export interface TimeRange {
  /** The window that ends now; also where "live" leads back to. */
  preset: Preset;
  /** A window that stands still: paused, zoomed or typed in. */
  fixed: { from: number; to: number } | null;
  /** The window of the preset, held still from when the page was opened. */
  paused: boolean;
  /** The period of the same length before is drawn too. */
  compare: boolean;
}

const usual: Preset = presets[1];

/** Reads a range from an address; what cannot be read is the last hour, live. */
export function parseTimeRange(query: { get(key: string): string | null }): TimeRange {
  const preset = presets.find((p) => p.value === query.get('range')) ?? usual;
  const fixed = span(Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? ''));
  return {
    preset,
    fixed,
    paused: fixed === null && query.get('live') === '0',
    compare: query.get('compare') === '1',
  };
}

/** A span of whole seconds, or null when it is none, or shorter or longer than can be shown. */
export function span(from: number, to: number): { from: number; to: number } | null {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return null;
  const whole = { from: Math.floor(from / 1000) * 1000, to: Math.ceil(to / 1000) * 1000 };
  const length = whole.to - whole.from;
  return length >= shortestMs && length <= longestMs ? whole : null;
}

/** What an address says of a range; null stands for "nothing", which is what the usual one needs. */
export function rangeQuery(range: TimeRange): Record<RangeKey, string | null> {
  const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  return {
    range: range.preset === usual ? null : range.preset.value,
    from: range.fixed && iso(range.fixed.from),
    to: range.fixed && iso(range.fixed.to),
    live: range.fixed || range.paused ? '0' : null,
    compare: range.compare ? '1' : null,
  };
}

/** How often a live window of this length is read again, ms: not more often than a new point can appear. */
export function refreshEvery(lengthMs: number): number {
  if (lengthMs <= hour) return 5_000;
  if (lengthMs <= 6 * hour) return 15_000;
  return lengthMs <= day ? 30_000 : 120_000;
}

/**
 * Points to ask for, for a plot of `width` px: one for every two px, in steps of 50, so that a little resizing asks
 * for nothing new. Within what the server allows.
 */
export function pointsFor(width: number): number {
  return Math.min(1_000, Math.max(50, Math.floor(width / 2 / 50) * 50));
}

/** The pages that show a time range and hand it on to each other. */
const timed = ['/', '/database', '/cache', '/containers', '/services'];

/** The parts of the present query that a link to `path` takes along. */
export function carried(path: string, query: { get(key: string): string | null }): [string, string][] {
  const [plain, own = ''] = path.split('?');
  if (!timed.includes(plain ?? '')) return [];
  const given = new URLSearchParams(own);
  return rangeKeys.flatMap((key) => {
    const value = query.get(key);
    return value === null || given.has(key) ? [] : [[key, value] as [string, string]];
  });
}
