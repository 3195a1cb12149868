import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say, Service } from './lifecycle';
import { processStart } from './process-start';

const stateFile = (dataDir: string) => path.join(dataDir, 'run', 'guard.json');

/** The process that ends our children when we are killed without a chance to (bin/guard.mjs). */
export class GuardService implements Service {
  readonly name = 'guard';
  #child: ChildProcess | null = null;

  constructor(readonly options: { root: string; dataDir: string }) {}

  async start(): Promise<void> {
    const { root, dataDir } = this.options;
    await fs.mkdir(path.join(dataDir, 'logs'), { recursive: true });
    const log = await fs.open(path.join(dataDir, 'logs', 'guard.log'), 'a');
    try {
      this.#child = spawn(process.execPath, [path.join(root, 'bin/guard.mjs'), String(process.pid)], {
        stdio: ['pipe', log.fd, log.fd],
        detached: true,
      });
      // A guard that is gone is no reason to stop.
      this.#child.on('error', () => undefined);
      this.#child.stdin?.on('error', () => undefined);
    } finally {
      await log.close();
    }
    const pid = this.#child.pid;
    if (pid !== undefined) {
      await fs.writeFile(stateFile(dataDir), JSON.stringify({ pid, started: await processStart(pid) }), {
        mode: 0o600,
      });
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end('done\n');
    await ended;
    await fs.rm(stateFile(this.options.dataDir), { force: true });
  }
}

/** Waits until the guard of an earlier run that was killed has ended what that run left. */
export async function waitForOldGuard(dataDir: string, say: Say): Promise<void> {
  const text = await fs.readFile(stateFile(dataDir), 'utf8').catch(() => null);
  if (text === null) return;
  const { pid, started } = JSON.parse(text) as { pid: number; started: string };
  const lives = async () => (await processStart(pid)) === started;
  if (await lives()) say('… an earlier run was killed; waiting until what it left has ended');
  const deadline = Date.now() + 60_000;
  while ((await lives()) && Date.now() < deadline) await sleep(100);
  await fs.rm(stateFile(dataDir), { force: true });
}
