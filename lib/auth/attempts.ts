import { AppError } from '@/lib/contracts/error';

/** Failed sign-ins allowed from one place in one window. */
export const MAX_FAILURES = 10;
export const WINDOW_MS = 60_000;

/**
 * Slows down guessing. The secrets cannot be guessed; this keeps a script from filling the log and the store's
 * time. Per process, and bounded in memory.
 */
export class Attempts {
  readonly #failures = new Map<string, number[]>();

  /** Throws AppError('not-allowed') when too many attempts from here failed of late. */
  check(from: string, now = Date.now()): void {
    if (this.#recent(from, now).length < MAX_FAILURES) return;
    throw new AppError('not-allowed', 'Too many sign-in attempts failed. Wait a minute and try again.');
  }

  failed(from: string, now = Date.now()): void {
    if (this.#failures.size > 1_000) this.#failures.clear();
    this.#failures.set(from, [...this.#recent(from, now), now]);
  }

  #recent(from: string, now: number): number[] {
    return (this.#failures.get(from) ?? []).filter((at) => now - at < WINDOW_MS);
  }
}
