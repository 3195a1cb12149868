/** A value that is being read or loaded, which later calls for it wait for too. */
export interface Flight {
  key: string;
  tags: string[];
  /** When it began, on the monotonic clock, ms. */
  since: number;
  /** False once it was invalidated: its value goes to those who wait already, and is not kept. */
  current: boolean;
  promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** What is under way in this process: one load at a time for each value. */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  get(key: string): Flight | undefined {
    return this.#flights.get(key);
  }

  begin(key: string, tags: string[], since: number): Flight {
    let resolve: Flight['resolve'] = () => undefined;
    let reject: Flight['reject'] = () => undefined;
    const promise = new Promise<unknown>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // Callers see the rejection; a refresh that nobody waits for must not end the process.
    promise.catch(() => undefined);
    const flight = { key, tags, since, current: true, promise, resolve, reject };
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
