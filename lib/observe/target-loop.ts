import { log } from '@/lib/config/log';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import type { Target } from '@/lib/targets/target';
import { testConnection } from '@/lib/targets/test-connection';
import { within } from '@/lib/targets/within';
import { pause } from '@/lib/time/pause';
import type { Collector } from './collector';
import type { Leases } from './lease';
import { snapshotTimeoutMs } from './observe-once';
import { openWithin } from './open-within';
import { saveSnapshot } from './save-snapshot';
import { writeSamples } from './series/write';
import { TargetState } from './target-state';
import { backoffMs, nextTick, phaseOf } from './ticks';

export interface LoopOptions {
  vitalsEveryMs: number;
  heavyEveryMs: number;
  /** Longest time for one vitals reading, ms. */
  vitalsTimeoutMs: number;
}

/** Someone who asked for a reading now. */
interface Asked {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Observes one target: one connection, one reading at a time. What goes wrong here stays here: a target that
 * hangs costs its own readings and nobody else's.
 */
export class TargetLoop {
  #stopping = new AbortController();
  #waking = new AbortController();
  #running: Promise<void> | null = null;
  #collector: Collector | null = null;
  #state: TargetState;
  #heavyAt = 0;
  #failures = 0;
  #waiting: Asked[] = [];
  #background = new Set<Promise<void>>();

  constructor(
    readonly target: Target,
    readonly store: Store,
    readonly leases: Leases,
    readonly options: LoopOptions,
  ) {
    this.#state = new TargetState(store, target.id);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the loop: aborts the reading under way, closes the connection, gives the lease back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#background);
  }

  /** Reads vitals and snapshot now; rejects with the reason when that fails. */
  observeNow(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#stopping.signal.aborted) {
        reject(new AppError('cancelled', `${this.target.name} is no longer observed.`));
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#waking.abort();
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { vitalsEveryMs } = this.options;
    const phase = phaseOf(this.target.id, vitalsEveryMs);
    await pause(phase / 5, signal);
    while (!signal.aborted) {
      this.#waking = new AbortController();
      const started = Date.now();
      const wait = await this.#turn();
      const until = wait === null ? nextTick(Date.now(), started, vitalsEveryMs, phase) : Date.now() + wait;
      if (this.#waiting.length === 0) await pause(until - Date.now(), signal, this.#waking.signal);
    }
    await this.#disconnect();
    settle(this.#waiting.splice(0), new AppError('cancelled', `${this.target.name} is no longer observed.`));
    await this.leases
      .release(this.target.id)
      .catch((error) => log.warn({ err: error }, 'a lease was not given back'));
  }

  /** One turn: null when all went well, else how long to wait before the next. */
  async #turn(): Promise<number | null> {
    const asked = this.#waiting.splice(0);
    try {
      if (!(await this.leases.hold(this.target.id))) {
        await this.#disconnect();
        settle(asked, new AppError('conflict', `${this.target.name} is observed by another worker.`));
        return this.options.vitalsEveryMs;
      }
    } catch (error) {
      log.error({ err: error }, 'the store does not answer; observation waits');
      await this.#disconnect();
      settle(asked, error);
      return this.options.vitalsEveryMs;
    }
    try {
      const problem = await this.#observe(asked.length > 0);
      this.#failures = 0;
      settle(asked, problem);
      return null;
    } catch (error) {
      settle(asked, error);
      if (this.#stopping.signal.aborted) return 0;
      this.#failures += 1;
      await this.#disconnect();
      await this.#toStore('failure', () => this.#state.failed(new Date(), reasonOf(error, this.target)));
      if (!(error instanceof AppError))
        log.warn({ err: error, target: this.target.name }, 'a reading failed');
      return backoffMs(this.#failures, this.options.vitalsEveryMs);
    }
  }

  /** Vitals, and when it is time or asked for the snapshot; returns why the snapshot failed, if it did. */
  async #observe(snapshotNow: boolean): Promise<unknown> {
    const { target } = this;
    const { signal } = this.#stopping;
    const what = `${target.name} at ${target.address}`;
    if (!this.#collector) {
      this.#collector = await openWithin(target, signal);
      this.#inBackground(() => this.#readCapabilities());
    }
    const collector = this.#collector;
    const vitals = await within(this.options.vitalsTimeoutMs, what, (s) => collector.vitals(s), signal);
    const at = new Date();
    await this.#toStore('samples', () =>
      writeSamples(
        this.store,
        target.id,
        vitals.values.map((v) => ({ ...v, at })),
      ),
    );
    await this.#toStore('state', () => this.#state.reached(at, vitals.problem ?? null));
    const due = Date.now() - this.#heavyAt >= this.options.heavyEveryMs;
    return due || snapshotNow ? this.#heavy(collector, what) : null;
  }

  /** A snapshot that fails does not make the target unreachable: its vitals were just read. */
  async #heavy(collector: Collector, what: string): Promise<unknown> {
    const takenAt = new Date();
    this.#heavyAt = takenAt.getTime();
    try {
      const data = await within(snapshotTimeoutMs, what, (s) => collector.snapshot(s), this.#stopping.signal);
      await this.#toStore('snapshot', () =>
        saveSnapshot(this.store, this.target.id, this.target.kind, takenAt, data),
      );
      const values = collector.fromSnapshot?.() ?? [];
      await this.#toStore('samples', () =>
        writeSamples(
          this.store,
          this.target.id,
          values.map((v) => ({ ...v, at: takenAt })),
        ),
      );
      return null;
    } catch (error) {
      if (this.#stopping.signal.aborted) throw error;
      log.warn({ err: error, target: this.target.name }, 'the snapshot failed');
      // After a time-out or a cut the connection may be in any state.
      if (error instanceof AppError && ['timeout', 'unreachable', 'internal'].includes(error.code))
        await this.#disconnect();
      return error;
    }
  }

  async #readCapabilities(): Promise<void> {
    try {
      const { connection, options, name } = this.target;
      const found = await within(
        10_000,
        name,
        () => testConnection(connection, options),
        this.#stopping.signal,
      );
      await this.#state.able(found);
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        log.info({ err: error, target: this.target.name }, 'capabilities were not read');
    }
  }

  /** Trouble with the store is not the target's: told, and the reading is lost. */
  async #toStore(what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      log.error({ err: error, target: this.target.name }, `the store did not take the ${what}`);
    }
  }

  async #disconnect(): Promise<void> {
    const collector = this.#collector;
    this.#collector = null;
    await collector?.close();
  }

  #inBackground(work: () => Promise<void>): void {
    const promise = work().finally(() => this.#background.delete(promise));
    this.#background.add(promise);
  }
}

function settle(asked: Asked[], error: unknown): void {
  for (const { resolve, reject } of asked) error === null ? resolve() : reject(error);
}

/** What a person is shown; an error that is not meant for people gives its kind only. */
function reasonOf(error: unknown, target: Target): string {
  if (error instanceof AppError) return error.message;
  return `Reading ${target.name} failed: ${error instanceof Error ? error.name : 'unknown error'}. See the log of the worker.`;
}
