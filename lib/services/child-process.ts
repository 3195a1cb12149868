import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import type { Say, Service } from './lifecycle';
import { PARENT_VARIABLE } from './parent';

export interface ChildOptions {
  name: string;
  /** Asked before each start, so that a restart may choose another port. */
  command(): Promise<{ program: string; args: string[]; env?: Record<string, string> }>;
  /** Resolves when the child serves; rejecting makes the start fail. Looks at the signal: the child has ended. */
  ready(child: ChildProcess, signal: AbortSignal): Promise<void>;
  readyTimeoutMs?: number;
  /** Its output is appended here. */
  logFile: string;
  /** Starts again after a crash, at most so often in a row. Default 3. */
  restarts?: number;
  /** First wait before starting again, doubled each time. Default 500 ms. */
  backoffMs?: number;
  /** A child that ran this long counts as recovered. Default 60 s. */
  stableMs?: number;
  /** How long it may take to end after SIGTERM. Default 15 s. */
  stopMs?: number;
  say: Say;
  /** It crashed for good, with why and the end of its log. */
  onGone(message: string): void;
  describe?(): string;
}

/**
 * A child process of the supervisor: started and waited for, started again when it crashes, stopped with
 * SIGTERM and then SIGKILL. It is in a process group of its own, so that Ctrl-C in a terminal reaches the
 * supervisor alone, which then stops things in order.
 */
export class ChildService implements Service {
  readonly name: string;
  #child: ChildProcess | null = null;
  #stopping = false;
  #crashes = 0;
  readonly #wake = new AbortController();

  constructor(readonly options: ChildOptions) {
    this.name = options.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  describe(): string {
    return this.options.describe?.() ?? '';
  }

  async start(): Promise<void> {
    await fs.mkdir(path.dirname(this.options.logFile), { recursive: true });
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.abort();
    const { stopMs = 15_000, say } = this.options;
    const killed = await endChild(this.#child, stopMs);
    if (killed) say(`! ${this.name.padEnd(9)} did not end within ${stopMs / 1000} s and was killed`);
  }

  async #launch(): Promise<void> {
    if (this.#stopping) return;
    const { program, args, env = {} } = await this.options.command();
    const log = await fs.open(this.options.logFile, 'a');
    const ended = new AbortController();
    let child: ChildProcess;
    try {
      // A stop that came in the meantime has found no child to end.
      if (this.#stopping) return;
      child = spawn(program, args, {
        env: { ...environment(), ...env, [PARENT_VARIABLE]: String(process.pid) },
        stdio: ['ignore', log.fd, log.fd, 'ipc'],
        detached: true,
      });
      child.once('error', (error) => ended.abort(error));
      child.once('exit', (code, signal) =>
        ended.abort(new Error(signal ? `ended by ${signal}` : `exit code ${code}`)),
      );
    } finally {
      await log.close();
    }
    this.#child = child;
    const since = Date.now();
    try {
      await readyOrEnded(
        this.options.ready(child, ended.signal),
        ended.signal,
        this.options.readyTimeoutMs ?? 60_000,
      );
    } catch (cause) {
      await endChild(child, 2_000);
      if (this.#stopping) return;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('internal', await this.#withLog(`${this.name} did not start: ${why}`), { cause });
    }
    const watch = () => {
      if (!this.#stopping) void this.#recover(ended.signal.reason as Error, since);
    };
    if (ended.signal.aborted) watch();
    else ended.signal.addEventListener('abort', watch, { once: true });
  }

  async #recover(why: Error, since: number): Promise<void> {
    const { say, restarts = 3, backoffMs = 500, stableMs = 60_000, onGone } = this.options;
    if (Date.now() - since > stableMs) this.#crashes = 0;
    let reason = why.message;
    while (this.#crashes < restarts) {
      this.#crashes += 1;
      say(`! ${this.name.padEnd(9)} ended (${reason}); starting it again (${this.#crashes} of ${restarts})`);
      await sleep(backoffMs * 2 ** (this.#crashes - 1), undefined, { signal: this.#wake.signal }).catch(
        () => undefined,
      );
      if (this.#stopping) return;
      try {
        await this.#launch();
        if (!this.#stopping) say(`✓ ${this.name.padEnd(9)} runs again`);
        return;
      } catch (error) {
        reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      }
    }
    if (!this.#stopping) onGone(await this.#withLog(`${this.name} ended (${reason}) and did not stay up`));
  }

  async #withLog(what: string): Promise<string> {
    const end = await endOfLog(this.options.logFile);
    return `${what}.${end ? ` End of ${this.options.logFile}:\n${end}` : ` Its log, ${this.options.logFile}, is empty.`}`;
  }
}

/**
 * Ends a child and its process group: SIGTERM, and after `patienceMs` SIGKILL. Resolves when it has ended, with
 * whether it had to be killed.
 */
export async function endChild(child: ChildProcess | null, patienceMs: number): Promise<boolean> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  signalGroup(child.pid, 'SIGTERM');
  const pid = child.pid;
  let killed = false;
  const hard = setTimeout(() => {
    killed = true;
    signalGroup(pid, 'SIGKILL');
  }, patienceMs);
  await ended;
  clearTimeout(hard);
  return killed;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The last lines of a log file; empty when there is none. */
export async function endOfLog(file: string, lines = 8): Promise<string> {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  const shorten = (line: string) => (line.length > 300 ? `${line.slice(0, 300)} …` : line);
  return text.trim().split('\n').slice(-lines).map(shorten).join('\n');
}

async function readyOrEnded(ready: Promise<void>, ended: AbortSignal, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready after ${timeoutMs / 1000} s`)), timeoutMs);
    if (ended.aborted) reject(ended.reason);
    ended.addEventListener('abort', () => reject(ended.reason), { once: true });
  });
  try {
    await Promise.race([ready, over]);
  } finally {
    clearTimeout(timer);
  }
}
