import type { ErrorCounts, LoadErrorKind, LoadSecond } from '../../contracts/load-record';
import { type LatencyHistogram, newHistogram, recordMs } from '../../stats/histogram';
import { HealthMeter } from '../health';

/** A histogram as its filled buckets: value in µs, count, value, count … Cheap to make; encoded by who has the time. */
export type Buckets = number[];

export interface RawEndpoint {
  count: number;
  errors: ErrorCounts;
  bytes: number;
  buckets: Buckets;
}

/** A second as the generator measured it. */
export type RawSecond = Omit<LoadSecond, 'endpoints'> & { endpoints: Record<string, RawEndpoint> };

/** What is asked of the running second before it is cut: quantiles of an endpoint or of all. */
export interface SecondFigures {
  durationMs: number;
  active: number;
  /** Time so far without a response while requests were in flight, ms. */
  gapMs: number;
  /** By endpoint; null for all. */
  of(endpoint: string | null): { count: number; errors: number; histogram: LatencyHistogram };
}

interface Tally {
  count: number;
  failed: number;
  errors: ErrorCounts;
  bytes: number;
  histogram: LatencyHistogram;
}

const newTally = (): Tally => ({ count: 0, failed: 0, errors: {}, bytes: 0, histogram: newHistogram() });

/** Sent later than this after it was due, ms: the generator itself was late. */
const lateMs = 10;

/** Counts what happens, second by second. */
export class Meter {
  offered = 0;
  dropped = 0;
  inFlight = 0;
  /** What first went wrong, in words. */
  firstError: string | null = null;
  readonly #tallies: { name: string; tally: Tally }[];
  readonly #health = new HealthMeter();
  #all = newTally();
  #sent = 0;
  #late = 0;
  #longestGap = 0;
  #lastSign = 0;

  constructor(names: readonly string[]) {
    this.#tallies = names.map((name) => ({ name, tally: newTally() }));
    this.#health.reset();
  }

  /** A request goes out at `at`; `lateBy` ms after it was due. */
  sending(at: number, lateBy: number): void {
    if (this.inFlight === 0) this.#lastSign = at;
    this.inFlight += 1;
    this.#sent += 1;
    if (lateBy > lateMs) this.#late += 1;
  }

  /** A request has ended at `at` after `ms`. */
  ended(
    probe: number,
    at: number,
    ms: number,
    bytes: number,
    error: LoadErrorKind | null,
    detail: string | null,
  ): void {
    this.inFlight -= 1;
    const gap = at - this.#lastSign;
    if (gap > this.#longestGap) this.#longestGap = gap;
    this.#lastSign = at;
    const entry = this.#tallies[probe];
    if (!entry) return;
    const { tally } = entry;
    tally.count += 1;
    tally.bytes += bytes;
    recordMs(tally.histogram, ms);
    if (error === null) return;
    tally.failed += 1;
    tally.errors[error] = (tally.errors[error] ?? 0) + 1;
    this.firstError ??= `${entry.name}: ${detail ?? error}`;
  }

  /** The figures of the second so far. */
  figures(at: number, durationMs: number, active: number): SecondFigures {
    return {
      durationMs,
      active,
      gapMs: this.inFlight > 0 ? at - this.#lastSign : 0,
      of: (endpoint) => {
        if (endpoint !== null) {
          const tally = this.#tallies.find((t) => t.name === endpoint)?.tally ?? newTally();
          return { count: tally.count, errors: tally.failed, histogram: tally.histogram };
        }
        this.#all.histogram.reset();
        let count = 0;
        let errors = 0;
        for (const { tally } of this.#tallies) {
          if (tally.count === 0) continue;
          count += tally.count;
          errors += tally.failed;
          this.#all.histogram.add(tally.histogram);
        }
        return { count, errors, histogram: this.#all.histogram };
      },
    };
  }

  /** Cuts the second: returns it and starts the next. */
  cut(t: number, durationMs: number, level: number, active: number): RawSecond {
    const health = this.#health.read();
    this.#health.reset();
    const endpoints: RawSecond['endpoints'] = {};
    for (const entry of this.#tallies) {
      const { tally } = entry;
      if (tally.count === 0) continue;
      endpoints[entry.name] = {
        count: tally.count,
        errors: tally.errors,
        bytes: tally.bytes,
        buckets: bucketsOf(tally.histogram),
      };
      tally.histogram.reset();
      tally.count = 0;
      tally.failed = 0;
      tally.errors = {};
      tally.bytes = 0;
    }
    const second: RawSecond = {
      t,
      durationMs,
      level,
      offered: this.offered,
      sent: this.#sent,
      dropped: this.dropped,
      active,
      longestGapMs: this.#longestGap,
      endpoints,
      generator: {
        cpuShare: health.cpuShare,
        loopDelayP99Ms: health.eventLoopDelayP99Ms,
        lateSends: this.#late,
      },
    };
    this.offered = 0;
    this.#sent = 0;
    this.dropped = 0;
    this.#late = 0;
    this.#longestGap = 0;
    return second;
  }

  /** Ends its measuring of the process. */
  stop(): void {
    this.#health.read();
  }
}

function bucketsOf(histogram: LatencyHistogram): Buckets {
  const buckets: Buckets = [];
  let left = histogram.totalCount;
  for (let i = 0; left > 0; i++) {
    const count = histogram.getCountAtIndex(i);
    if (count === 0) continue;
    buckets.push(histogram.valueFromIndex(i), count);
    left -= count;
  }
  return buckets;
}
