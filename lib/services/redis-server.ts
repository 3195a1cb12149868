import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { environment } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { endOfLog } from './child-process';
import { freePort } from './free-port';
import { keepRunning } from './keep-running';
import type { Say, Service } from './lifecycle';
import { isAlive } from './parent';
import { type RedisProgram, redisProgram } from './redis-program';

export interface RedisOptions {
  /** Data folder of the installation; the server's own files are in `redis/` under it. */
  dataDir: string;
  /** A Redis server to use instead of starting one. */
  url?: string | undefined;
  /** Preferred port; another free one when it is busy. */
  port?: number;
  /** Extra server arguments, for example `['--maxmemory', '64mb']`. */
  args?: string[];
  say: Say;
}

/** A Redis server for the demo: one that is given, or one that this process starts. Loopback only, not persisted. */
export class RedisServer implements Service {
  readonly name = 'redis';
  #child: ChildProcess | null = null;
  #url: string | null = null;
  #version = '';
  #stopping = false;

  constructor(readonly options: RedisOptions) {}

  /** Where it answers; null when there is no Redis to be had. */
  get url(): string | null {
    return this.#url;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  describe(): string {
    if (!this.#url) return 'none; the demo runs without it';
    return this.#child
      ? `Redis ${this.#version} on port ${new URL(this.#url).port}`
      : `Redis ${this.#version}, the one of REDIS_URL`;
  }

  async start(): Promise<void> {
    const { url, dataDir, say } = this.options;
    if (url) {
      this.#version = await serverVersion(url);
      this.#url = url;
      return;
    }
    const program = await redisProgram(dataDir, say);
    if (!program || this.#stopping) return;
    await this.#launch(program, this.options.port ?? 0);
    const launched = this.#url;
    if (!launched) return;
    void keepRunning({
      name: this.name,
      say,
      exited: () => this.#exited(),
      stopping: () => this.#stopping,
      restart: async () => {
        await this.#launch(program, Number(new URL(launched).port));
        if (!this.#stopping && this.#url !== launched)
          throw new Error('another program took its port in between');
      },
    });
  }

  #exited(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => child.once('exit', () => resolve()));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#url = null;
    if (!this.#child) return;
    await this.#end();
    await fs.rm(this.#pidFile, { force: true });
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(hard);
  }

  get #dir(): string {
    return path.join(this.options.dataDir, 'redis');
  }

  get #pidFile(): string {
    return path.join(this.#dir, 'server.pid');
  }

  async #launch({ program, env }: RedisProgram, preferred: number): Promise<void> {
    await fs.mkdir(this.#dir, { recursive: true });
    await endLeftover(this.#pidFile);
    const port = await freePort(preferred);
    const logFile = path.join(this.#dir, 'log');
    const log = await fs.open(logFile, 'a');
    let failed: Error | null = null;
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      this.#dir,
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    try {
      this.#child = spawn(program, [...args, ...(this.options.args ?? [])], {
        env: { ...environment(), ...env },
        stdio: ['ignore', log.fd, log.fd],
        // Not in the terminal's group: Ctrl-C reaches the supervisor, which stops things in order.
        detached: true,
      });
      this.#child.once('error', (error) => {
        failed = error;
      });
    } finally {
      await log.close();
    }
    const child = this.#child;
    const url = `redis://127.0.0.1:${port}`;
    const deadline = Date.now() + 15_000;
    while (Date.now() < deadline && failed === null && child.exitCode === null && !this.#stopping) {
      const found = await serverInfo(url).catch(() => null);
      // The server that answers must be ours, not another that took the port in between.
      if (found && found.pid === child.pid) {
        this.#version = found.version;
        this.#url = url;
        await fs.writeFile(this.#pidFile, `${child.pid}\n`);
        return;
      }
      await sleep(50);
    }
    await this.#end();
    // A stop that came in the meantime may have found no child to end.
    if (this.#stopping) return;
    throw new AppError('internal', `Redis did not start. End of ${logFile}:\n${await endOfLog(logFile)}`);
  }
}

/** Ends a server that a crashed run left behind; the process is checked to be a Redis that runs in this folder. */
async function endLeftover(pidFile: string): Promise<void> {
  const pid = Number(await fs.readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  const command = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const cwd = await fs.readlink(`/proc/${pid}/cwd`).catch(() => '');
  if (!/(redis|valkey)-server/.test(command) || cwd !== (await fs.realpath(path.dirname(pidFile)))) return;
  process.kill(pid, 'SIGTERM');
  for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(50);
}

async function serverVersion(url: string): Promise<string> {
  try {
    return (await serverInfo(url)).version;
  } catch (cause) {
    throw new AppError(
      'unreachable',
      `REDIS_URL: the Redis server at ${new URL(url).host} does not answer.`,
      { cause },
    );
  }
}

async function serverInfo(url: string): Promise<{ pid: number; version: string }> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const info = await client.info('server');
    const field = (name: string) => new RegExp(`^${name}:(.*)\r?$`, 'm').exec(info)?.[1]?.trim() ?? '';
    return { pid: Number(field('process_id')), version: field('redis_version') };
  } finally {
    client.disconnect();
  }
}
