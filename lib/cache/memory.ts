import type { Envelope } from './envelope';
import { type Flight, Flights } from './flights';
import { deepFreeze } from './freeze';
import { type LocalEntry, LocalLevel, type LocalLimits } from './local-level';

/** What a value is kept under. */
export interface Keeping {
  readonly key: string;
  readonly tags: string[];
  /** When reading or loading it began, on the monotonic clock, ms. */
  readonly since: number;
}

/**
 * What this process holds and what it is loading. Both are used only as long as they can be trusted: while this
 * process hears of invalidations, or, when it does not, for a short while.
 */
export class Memory {
  readonly #local: LocalLevel;
  readonly #flights = new Flights();
  /** Whether this process hears of invalidations. */
  readonly #hears: (now: number) => boolean;
  readonly #detachedMs: number;
  #keeps: boolean;

  constructor(keeps: boolean, limits: LocalLimits, detachedMs: number, hears: (now: number) => boolean) {
    this.#keeps = keeps;
    this.#local = new LocalLevel(limits);
    this.#detachedMs = detachedMs;
    this.#hears = hears;
  }

  get size(): { entries: number; bytes: number; evictions: number } {
    return { ...this.#local.size, evictions: this.#local.evictions };
  }

  /** Whether values are kept at all. What is loading is shared between calls in any case. */
  set keeps(keeps: boolean) {
    this.#keeps = keeps;
    if (!keeps) this.#local.clear();
  }

  get(key: string, now: number): LocalEntry | undefined {
    const entry = this.#keeps ? this.#local.get(key) : undefined;
    if (!entry) return undefined;
    if (entry.expiresAt > Date.now()) return this.#trusted(entry.since, now) ? entry : undefined;
    this.#local.delete(key);
    return undefined;
  }

  keep({ key, tags, since }: Keeping, { json, expiresAt, loadMs }: Envelope, value: unknown): void {
    if (!this.#keeps) return;
    this.#local.set(key, { value: deepFreeze(value), tags, bytes: json.length, expiresAt, since, loadMs });
  }

  /** What is loading, to wait for. */
  joinable(key: string, now: number): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight && this.#trusted(flight.since, now) ? flight : undefined;
  }

  isLoading(key: string): boolean {
    return this.#flights.get(key) !== undefined;
  }

  begin(key: string, tags: string[], since: number): Flight {
    return this.#flights.begin(key, tags, since);
  }

  end(flight: Flight): void {
    this.#flights.end(flight);
  }

  forget(tags: readonly string[]): void {
    this.#local.deleteTagged(tags);
    this.#flights.forget(tags);
  }

  forgetAll(): void {
    this.#local.clear();
    this.#flights.forgetAll();
  }

  #trusted(since: number, now: number): boolean {
    return this.#hears(now) || now - since < this.#detachedMs;
  }
}
