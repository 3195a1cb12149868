import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type DemoServices, demoServices } from './demo';
import { startAll } from './lifecycle';
import { isAlive } from './parent';

const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-demo-'));
await fs.chmod(dataDir, 0o755);
let running: { stop(): Promise<void> } | undefined;

afterEach(async () => {
  await running?.stop();
  await fs.rm(dataDir, { recursive: true, force: true });
});

/** Starts the demo in a process of its own; resolves with its API's process id once it runs. */
function supervisor(): Promise<{ pid: number; api: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo-supervisor.ts', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const found = /RUNNING (.*)/.exec(text)?.[1];
        if (found) resolve({ pid: child.pid ?? 0, api: JSON.parse(found).api });
      });
    }
    child.once('exit', () => reject(new Error(text)));
  });
}

it('a supervisor that is killed takes the API with it, and the next start settles what else it left', async () => {
  const { pid, api } = await supervisor();
  expect(isAlive(api)).toBe(true);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isAlive(api), { timeout: 20_000 }).toBe(false);

  const said: string[] = [];
  const services: DemoServices = demoServices({ dataDir, scale: 0.01, say: (line) => said.push(line) });
  running = await startAll(services, (line) => said.push(line));
  expect(said.join('\n')).toContain('there already');
  const target = services.targets().find((t) => t.name === 'demo-api')?.connection;
  const health = await fetch(`${target?.kind === 'http' ? target.baseUrl : ''}/health`);
  expect(health.status).toBe(200);

  // One PostgreSQL and one Redis in this folder: those that were left have ended.
  const commands = await processesIn(dataDir);
  expect(commands.filter((c) => /redis-server/.test(c))).toHaveLength(1);
  await running.stop();
  running = undefined;
  await expect.poll(() => processesIn(dataDir), { timeout: 20_000 }).toEqual([]);
});

/** Command lines of processes whose working directory is in a folder. */
async function processesIn(dir: string): Promise<string[]> {
  const ids = (await fs.readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      const cwd = await fs.readlink(`/proc/${id}/cwd`).catch(() => '');
      return cwd.startsWith(dir) ? [await fs.readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')] : [];
    }),
  );
  return found.flat();
}
