import type { ChildProcess } from 'node:child_process';
import { AppError } from '../contracts/error';
import type { Connection } from '../contracts/target';
import type { Workload } from '../contracts/workload';
import { forkProgram } from './program';
import type { FromGenerator, SegmentOptions, SegmentResult, ToGenerator } from './protocol';

export type { EndpointResult, SegmentOptions, SegmentResult } from './protocol';

export interface GeneratorOptions {
  workload: Workload;
  /** By target name. */
  connections: Record<string, Connection>;
  /** Origins that HTTP probes may call. */
  allowedOrigins: readonly string[];
  /** Longest time for one request, ms. Default 30 s. */
  requestTimeoutMs?: number;
}

/** A running generator process. One segment at a time; between segments its connections stay open and idle. */
export interface Generator {
  readonly pid: number;
  segment(options: SegmentOptions): Promise<SegmentResult>;
  /** Ends the process, whatever it is doing; a segment under way rejects with `cancelled`. */
  stop(): Promise<void>;
}

const bootMs = 30_000;
/** On top of what a segment may take by its plan before the process is given up. */
const graceMs = 15_000;

/**
 * Starts the load generator in a process of its own, so that its timing does not share an event loop with
 * anything else. Resolves when all database connections are open. Throws AppError: `unreachable` or
 * `bad-input` from the targets, `internal` when the process cannot run.
 */
export async function startGenerator(o: GeneratorOptions): Promise<Generator> {
  const child = new Child();
  const requestTimeoutMs = o.requestTimeoutMs ?? 30_000;
  try {
    await child.wait((m) => m.type === 'booted', bootMs, 'start');
    const { workload, connections, allowedOrigins } = o;
    const ready = child.wait((m) => m.type === 'ready', bootMs, 'connect to the targets');
    child.tell({
      type: 'start',
      config: { workload, connections, allowedOrigins: [...allowedOrigins], requestTimeoutMs },
    });
    await ready;
  } catch (error) {
    await child.stop();
    throw error;
  }
  let lastId = 0;
  let busy = false;
  return {
    pid: child.pid,
    async segment(options) {
      if (busy) throw new AppError('conflict', 'The load generator is measuring another segment already.');
      busy = true;
      const id = ++lastId;
      const longest =
        options.warmupMs + Math.max(options.ms, options.maxMs ?? 0) + 2 * requestTimeoutMs + graceMs;
      try {
        const answer = child.wait((m) => m.type === 'segment' && m.id === id, longest, 'measure a segment');
        child.tell({ type: 'segment', id, options });
        const message = await answer;
        if (message.type !== 'segment') throw new AppError('internal', 'The load generator gave no segment.');
        return message.result;
      } catch (error) {
        // After a failure its state is unknown; it is not used again.
        await child.stop();
        throw error;
      } finally {
        busy = false;
      }
    },
    stop: () => child.stop(),
  };
}

/** The child process as messages that are waited for; every wait ends: with the message, an error, or in time. */
class Child {
  readonly #process: ChildProcess;
  readonly #exited: Promise<void>;
  #waiting: {
    matches(m: FromGenerator): boolean;
    resolve(m: FromGenerator): void;
    reject(e: Error): void;
  } | null = null;
  #ended: AppError | null = null;
  #stopping = false;
  #stderr = '';

  constructor() {
    this.#process = forkProgram('generator');
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2_000);
    });
    this.#process.on('message', (message: FromGenerator) => this.#receive(message));
    this.#exited = new Promise((resolve) => {
      this.#process.once('error', (error) => {
        this.#end(new AppError('internal', `The load generator process could not run: ${error.message}`));
        if (this.#process.pid === undefined) resolve();
      });
      this.#process.once('exit', (code, signal) => {
        this.#end(this.#exitError(code, signal));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  tell(message: ToGenerator): void {
    if (this.#ended || !this.#process.connected) return;
    this.#process.send(message, (error) => {
      if (error)
        this.#end(new AppError('internal', `The load generator process cannot be reached: ${error.message}`));
    });
  }

  wait(matches: (m: FromGenerator) => boolean, ms: number, what: string): Promise<FromGenerator> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const late = () =>
        settle(() =>
          reject(
            new AppError('timeout', `The load generator did not ${what} within ${Math.round(ms / 1000)} s.`),
          ),
        );
      const timer = setTimeout(late, ms);
      const settle = (how: () => void): void => {
        clearTimeout(timer);
        this.#waiting = null;
        how();
      };
      this.#waiting = {
        matches,
        resolve: (m) => settle(() => resolve(m)),
        reject: (e) => settle(() => reject(e)),
      };
    });
  }

  /** Idempotent: asks, and kills what does not end by itself. */
  async stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#waiting?.reject(new AppError('cancelled', 'The load generator was stopped.'));
      this.tell({ type: 'stop' });
    }
    const forced = setTimeout(() => this.#process.kill('SIGKILL'), 2_000);
    await this.#exited;
    clearTimeout(forced);
  }

  #receive(message: FromGenerator): void {
    if (message.type === 'failed') this.#waiting?.reject(new AppError(message.code, message.message));
    else if (this.#waiting?.matches(message)) this.#waiting.resolve(message);
  }

  #end(error: AppError): void {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
  }

  #exitError(code: number | null, signal: NodeJS.Signals | null): AppError {
    if (this.#stopping) return new AppError('cancelled', 'The load generator was stopped.');
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    const last = this.#stderr.trim().split('\n').slice(-3).join(' ');
    return new AppError(
      'internal',
      `The load generator process ${how}${last ? `: ${last}` : ''}. Start the trial again.`,
    );
  }
}
