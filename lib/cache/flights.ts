/** A value that is being read or loaded, which later calls for it wait for too. */
export class Flight {
  readonly key: string;
  readonly tags: string[];
  /** When it began, on the monotonic clock, ms. */
  readonly since: number;
  /** False once it was invalidated: its value goes to those who wait already, and is not kept. */
  current = true;
  #waiters: { resolve(value: unknown): void; reject(error: unknown): void }[] | null = null;

  constructor(key: string, tags: string[], since: number) {
    this.key = key;
    this.tags = tags;
    this.since = since;
  }

  /** The value, for a call that came later; the one that began the flight has it from there. */
  join(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiters ??= [];
      this.#waiters.push({ resolve, reject });
    });
  }

  resolve(value: unknown): void {
    if (this.#waiters) for (const waiter of this.#waiters) waiter.resolve(value);
  }

  reject(error: unknown): void {
    if (this.#waiters) for (const waiter of this.#waiters) waiter.reject(error);
  }
}

/** What is under way in this process: one load at a time for each value. */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  get(key: string): Flight | undefined {
    return this.#flights.get(key);
  }

  begin(key: string, tags: string[], since: number): Flight {
    const flight = new Flight(key, tags, since);
    this.#flights.set(key, flight);
    return flight;
  }

  end(flight: Flight): void {
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
  }

  /** Calls that come later begin anew. */
  forget(tags: readonly string[]): void {
    for (const flight of this.#flights.values())
      if (flight.tags.some((tag) => tags.includes(tag))) this.#drop(flight);
  }

  forgetAll(): void {
    for (const flight of this.#flights.values()) this.#drop(flight);
  }

  #drop(flight: Flight): void {
    flight.current = false;
    this.end(flight);
  }
}
