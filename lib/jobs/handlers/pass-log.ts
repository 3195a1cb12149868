import { AppError } from '@/lib/contracts/error';
import type { JobContext, JobProgress } from '@/lib/contracts/job';

export type Attempt<T> = { ok: true; value: T } | { ok: false; why: string };

/** What a pass says, how far it is, and what it could not measure. */
export class PassLog {
  /** In the order they ran. */
  readonly trialIds: number[] = [];
  readonly skipped: { what: string; why: string }[] = [];
  #trialsExpected = 0;
  #trialsDone = 0;
  #measuredMs = 0;

  constructor(readonly ctx: JobContext) {}

  say(message: string, level?: 'info' | 'warn' | 'error'): Promise<void> {
    return this.ctx.say(message, level);
  }

  /** A step beside the trials. */
  async step(message: string): Promise<void> {
    this.ctx.signal.throwIfAborted();
    await this.say(message);
    await this.ctx.progress(this.#progress(0, message, null));
  }

  /** How many trials, the A/A and the one of all kept changes among them, the pass will likely run. */
  expect(trials: number): void {
    this.#trialsExpected = Math.max(trials, this.#trialsDone);
  }

  async skip(what: string, why: string): Promise<void> {
    this.skipped.push({ what, why });
    await this.say(`${what}: not measured: ${why}`, 'warn');
  }

  /** Runs one trial with its progress as a part of the pass's. */
  async trial<T>(title: string, run: (inner: JobContext) => Promise<T>): Promise<T> {
    const started = performance.now();
    const { ctx } = this;
    const inner: JobContext = {
      jobId: ctx.jobId,
      signal: ctx.signal,
      say: (message, level) => ctx.say(message, level),
      progress: (p) =>
        ctx.progress(this.#progress(p.total > 0 ? p.done / p.total : 0, `${title} · ${p.message}`, p)),
    };
    try {
      return await run(inner);
    } finally {
      this.#trialsDone += 1;
      this.#measuredMs += performance.now() - started;
      this.#trialsExpected = Math.max(this.#trialsExpected, this.#trialsDone);
    }
  }

  async done(): Promise<void> {
    await this.ctx.progress({ done: 100, total: 100, message: 'Done', secondsLeft: 0 });
  }

  #progress(share: number, message: string, inner: JobProgress | null): JobProgress {
    const total = Math.max(this.#trialsExpected, this.#trialsDone + 1);
    const left = total - this.#trialsDone - 1;
    // Later trials are taken to last as long as those so far; before the first has ended there is nothing to go by.
    const later = this.#trialsDone > 0 ? (left * this.#measuredMs) / this.#trialsDone / 1000 : null;
    const now = inner?.secondsLeft ?? null;
    const secondsLeft = now === null || (later === null && left > 0) ? null : Math.round(now + (later ?? 0));
    const done = Math.min(99, Math.floor((100 * (this.#trialsDone + share)) / total));
    return { done, total: 100, message, secondsLeft };
  }
}

/** Runs a step whose failure does not end the pass; a cancel or a stopping worker does. */
export async function unlessStopped<T>(ctx: JobContext, work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    if (error instanceof AppError && error.code !== 'internal') return { ok: false, why: error.message };
    throw error;
  }
}
