/**
 * Keeps calls away from a server that does not answer: after `failures` in a row none is let through for
 * `restMs`, then one at a time, until one succeeds.
 */
export class Breaker {
  #failed = 0;
  #closedUntil = 0;
  readonly #failures: number;
  readonly #restMs: number;

  constructor(failures = 2, restMs = 500) {
    this.#failures = failures;
    this.#restMs = restMs;
  }

  /** True when a call may be made now. */
  allows(now: number): boolean {
    if (this.#failed < this.#failures) return true;
    if (now < this.#closedUntil) return false;
    // The one that goes through now is the trial; the next waits for its outcome or for another rest.
    this.#closedUntil = now + this.#restMs;
    return true;
  }

  get open(): boolean {
    return this.#failed >= this.#failures;
  }

  succeeded(): void {
    this.#failed = 0;
  }

  failed(now: number): void {
    this.#failed += 1;
    if (this.open) this.#closedUntil = now + this.#restMs;
  }
}
