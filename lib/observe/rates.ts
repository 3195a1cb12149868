/**
 * One reading of cumulative counters. The moment it speaks for lies somewhere between `startedAt` and
 * `endedAt` (ms of one monotonic clock). `epoch` names what the counters count since: server start, reset
 * time, process id. Another epoch is another count.
 */
export interface Reading {
  startedAt: number;
  endedAt: number;
  epoch: string;
  counters: Record<string, number>;
}

export interface Increase {
  /** Length of the interval, s. */
  seconds: number;
  counters: Record<string, number>;
}

/**
 * What to do with a new reading: `increase` is usable; `anew` starts from the new reading (first one, restart,
 * reset, or nothing known of too long a time); `later` keeps the old one, since the readings took so long that
 * the length of the interval is not known well enough yet.
 */
export type Comparison =
  | { kind: 'increase'; increase: Increase }
  | { kind: 'anew'; why: string }
  | { kind: 'later' };

/** The length of an interval may be uncertain by this share before a rate is computed from it. */
const uncertainty = 0.25;

/**
 * Compares two readings. When any counter went back, all start anew: they are read together and are reset
 * together. A rate is thus never negative, and never huge because a counter began again.
 * A counter that was not there before is left out of the increase, unless `newFromZero`: then it began at zero.
 * @param maxGapMs longest interval over which a mean rate still says something about its end
 */
export function compareReadings(
  previous: Reading | null,
  next: Reading,
  maxGapMs: number,
  newFromZero = false,
): Comparison {
  if (!previous) return { kind: 'anew', why: 'first reading' };
  if (previous.epoch !== next.epoch) return { kind: 'anew', why: 'restarted or reset' };
  const shortest = next.startedAt - previous.endedAt;
  const longest = next.endedAt - previous.startedAt;
  const ms = (shortest + longest) / 2;
  if (ms > maxGapMs) return { kind: 'anew', why: 'not read for too long' };
  const gone = Object.keys(previous.counters).find((name) => next.counters[name] === undefined);
  if (gone !== undefined) return { kind: 'anew', why: `${gone} is gone` };
  const counters: Record<string, number> = {};
  for (const [name, value] of Object.entries(next.counters)) {
    const before = previous.counters[name] ?? (newFromZero ? 0 : undefined);
    if (before === undefined) continue;
    if (value < before) return { kind: 'anew', why: `${name} went back` };
    counters[name] = value - before;
  }
  if (ms <= 0 || longest - shortest > uncertainty * ms) return { kind: 'later' };
  return { kind: 'increase', increase: { seconds: ms / 1000, counters } };
}

/** Follows one set of counters from reading to reading. */
export class CounterTrack {
  #base: Reading | null = null;

  constructor(
    readonly maxGapMs: number,
    readonly newFromZero = false,
  ) {}

  /** The increase since the last usable reading, or null where there is none to tell. */
  next(reading: Reading): Increase | null {
    const comparison = compareReadings(this.#base, reading, this.maxGapMs, this.newFromZero);
    if (comparison.kind !== 'later') this.#base = reading;
    return comparison.kind === 'increase' ? comparison.increase : null;
  }

  /** Forgets the last reading: the next one starts anew. */
  reset(): void {
    this.#base = null;
  }
}

/** Increase of a counter per second; null when it was not read both times. */
export function perSecond(increase: Increase | null, name: string): number | null {
  const amount = increase?.counters[name];
  return increase && amount !== undefined ? amount / increase.seconds : null;
}

/** part / (part + rest); null when neither increased, for then nothing was measured. */
export function share(increase: Increase | null, part: string, rest: string): number | null {
  const a = increase?.counters[part];
  const b = increase?.counters[rest];
  if (a === undefined || b === undefined || a + b === 0) return null;
  return a / (a + b);
}
