/** Something that runs until it is stopped. Every `start` has its `stop`, which may also come while it starts. */
export interface Service {
  name: string;
  start(): Promise<void>;
  /** Idempotent; leaves nothing running. */
  stop(): Promise<void>;
  /** After the start: what it is, for people (`PostgreSQL 18 on port 54321`). */
  describe?(): string;
}

/** Where lines for people go. */
export type Say = (line: string) => void;

/** Starts services in order and stops them in reverse. */
export class Lifecycle {
  readonly #started: Service[] = [];
  #stopping: Promise<void> | undefined;

  constructor(readonly say: Say = () => undefined) {}

  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Starts one service after those before it and says how long it took. Throws what its start throws. */
  async start(service: Service): Promise<void> {
    const since = performance.now();
    await this.startQuietly(service);
    this.say(stepLine(service.name, service.describe?.() ?? '', since));
  }

  /** The same for what no line needs to be said about. */
  async startQuietly(service: Service): Promise<void> {
    if (this.#stopping) throw new Stopping();
    this.#started.push(service);
    await service.start();
    // A stop that came in the meantime has seen to this service too.
    if (this.#stopping) throw new Stopping();
  }

  /** Has `stop` called when everything is stopped. */
  async onStop(name: string, stop: () => Promise<void>): Promise<void> {
    await this.startQuietly({ name, start: async () => undefined, stop });
  }

  /** A step that leaves nothing to stop. `work` returns what it did, for people. */
  async step(name: string, work: () => Promise<string>): Promise<void> {
    let did = '';
    await this.start({
      name,
      start: async () => {
        did = await work();
      },
      stop: async () => undefined,
      describe: () => did,
    });
  }

  /** Stops everything in reverse, whatever fails on the way. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const service of [...this.#started].reverse()) {
      try {
        await service.stop();
      } catch (error) {
        this.say(
          `✗ ${service.name} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
}

/** Starting was cut short by a stop. */
export class Stopping extends Error {
  constructor() {
    super('stopping');
  }
}

/** Starts services in order. When one fails, those before it are stopped and its error is thrown. */
export async function startAll(services: readonly Service[], say?: Say): Promise<{ stop(): Promise<void> }> {
  const lifecycle = new Lifecycle(say);
  try {
    for (const service of services) await lifecycle.start(service);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
  return lifecycle;
}

/** `✓ store     PostgreSQL 18 on port 54321, 0.9 s` */
export function stepLine(name: string, detail: string, since: number): string {
  const seconds = `${((performance.now() - since) / 1000).toFixed(1)} s`;
  return `✓ ${name.padEnd(9)} ${[detail, seconds].filter(Boolean).join(', ')}`;
}
