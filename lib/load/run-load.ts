import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import { AppError } from '../contracts/error';
import type { LoadPlan } from '../contracts/load';
import type { LoadMachine, LoadRecord, LoadSecond } from '../contracts/load-record';
import { encodeHistogram, newHistogram } from '../stats/histogram';
import type { EngineEnd } from './engine/engine';
import type { RawSecond } from './engine/meter';
import type { FromLoad, ToLoad } from './load-protocol';
import { omissionOf } from './omission';
import { forkProgram } from './program';
import { withoutSecrets, workloadHash } from './secrets';

export interface LoadOptions {
  plan: LoadPlan;
  title: string;
  /** Sent with every request; secret. */
  headers?: Record<string, string>;
  allowedOrigins: readonly string[];
  allowRemote: boolean;
  /** Stops the run; what was measured is kept. */
  signal?: AbortSignal;
  onStart?(at: Date): void;
  onSecond?(second: LoadSecond): void;
}

const bootMs = 30_000;
/** On top of what a stopped run waits for by itself, ms. */
const stopMs = 5_000;

/**
 * Runs a load test in a process of its own and resolves with its record, however it ended. Throws AppError before the first
 * request only: `unreachable`, `not-allowed` (origin, confirmation), `bad-input`, `cancelled`, `internal`.
 */
export async function runLoad(o: LoadOptions): Promise<LoadRecord> {
  const child = forkProgram('load-generator');
  const run = new Run(o, child);
  try {
    await run.ended;
  } finally {
    await end(child);
  }
  return run.record();
}

class Run {
  readonly ended: Promise<void>;
  #startedAt: Date | null = null;
  #end: EngineEnd | null = null;
  readonly #seconds: LoadSecond[] = [];

  constructor(
    readonly options: LoadOptions,
    child: ChildProcess,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#follow(child, resolve, reject);
    });
  }

  #follow(child: ChildProcess, resolve: () => void, reject: (error: Error) => void): void {
    const { plan, headers = {}, allowedOrigins, allowRemote, signal } = this.options;
    let stderr = '';
    let killer: NodeJS.Timeout | undefined;
    const tell = (message: ToLoad) => {
      if (child.connected) child.send(message, () => undefined);
    };
    const stop = () => {
      tell({ type: 'stop' });
      killer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    };
    const boot = setTimeout(() => {
      reject(new AppError('timeout', `The load process did not start within ${bootMs / 1_000} s.`));
    }, bootMs);
    const settle = (how: () => void) => {
      clearTimeout(boot);
      clearTimeout(killer);
      signal?.removeEventListener('abort', stop);
      how();
    };
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('message', (message: FromLoad) => {
      if (message.type === 'booted') {
        clearTimeout(boot);
        tell({ type: 'start', order: { plan, headers, allowedOrigins, allowRemote } });
        if (signal?.aborted) stop();
        else signal?.addEventListener('abort', stop, { once: true });
      } else if (message.type === 'started') {
        this.#startedAt = new Date(message.at);
        this.options.onStart?.(this.#startedAt);
      } else if (message.type === 'second') this.#second(message.second);
      else if (message.type === 'ended') {
        this.#end = message.end;
        settle(resolve);
      } else settle(() => reject(new AppError(message.code, message.message)));
    });
    child.once('error', (error) =>
      settle(() => reject(new AppError('internal', `The load process could not run: ${error.message}`))),
    );
    child.once('exit', (code, by) => {
      const how = by ? `was ended by ${by}` : `ended with exit code ${code}`;
      const last = stderr.trim().split('\n').slice(-3).join(' ');
      const why = `The load process ${how}${last ? `: ${last}` : ''}.`;
      // What was measured before stays.
      if (this.#startedAt) {
        this.#end ??= {
          outcome: signal?.aborted ? 'stopped' : 'failed',
          reason: why,
          limit: null,
          generatorLimited: null,
          firstError: null,
        };
        settle(resolve);
      } else if (signal?.aborted)
        settle(() => reject(new AppError('cancelled', 'It was stopped before it began.')));
      else settle(() => reject(new AppError('internal', why)));
    });
  }

  #second(raw: RawSecond): void {
    const second = encodeSecond(raw);
    this.#seconds.push(second);
    this.options.onSecond?.(second);
  }

  record(): LoadRecord {
    const end = this.#end;
    const startedAt = this.#startedAt;
    if (!end || !startedAt) throw new AppError('internal', 'The load process gave no result.');
    const { title } = this.options;
    const plan = withoutSecrets(this.options.plan);
    const took = this.#seconds.reduce((sum, s) => sum + s.durationMs, 0);
    return {
      schema: 'ratchet.load/1',
      title,
      source: { tool: 'ratchet' },
      startedAt: startedAt.toISOString(),
      endedAt: new Date(startedAt.getTime() + took).toISOString(),
      outcome: end.outcome,
      reason: end.reason,
      target: recordedTarget(plan.target),
      model: plan.profile.model,
      plan,
      workloadHash: workloadHash(plan),
      machine: machineHere(),
      seconds: this.#seconds,
      resources: [],
      limit: end.limit,
      coordinatedOmission: omissionOf(this.#seconds, plan.profile),
      generatorLimited: end.generatorLimited,
      firstError: end.firstError,
    };
  }
}

function encodeSecond(raw: RawSecond): LoadSecond {
  const endpoints: LoadSecond['endpoints'] = {};
  for (const [name, { buckets, ...rest }] of Object.entries(raw.endpoints)) {
    const histogram = newHistogram();
    for (let i = 0; i < buckets.length; i += 2)
      histogram.recordValueWithCount(buckets[i] ?? 0, buckets[i + 1] ?? 0);
    endpoints[name] = { ...rest, histogram: encodeHistogram(histogram) };
  }
  return { ...raw, endpoints };
}

/** A target as a record states it. */
export function recordedTarget({ name, baseUrl, tls }: LoadPlan['target']): LoadRecord['target'] {
  const { origin, protocol } = new URL(baseUrl);
  return { name, origin, ...(protocol === 'https:' ? { certificate: tls?.certificate ?? 'system' } : {}) };
}

/** The machine this runs on. */
export function machineHere(): LoadMachine {
  const cpus = os.cpus();
  return {
    cores: cpus.length,
    cpuModel: cpus[0]?.model ?? 'unknown',
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.connected) child.disconnect();
  const forced = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await exited;
  clearTimeout(forced);
}
