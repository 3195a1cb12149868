import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../lib/services/free-port';
import { makePeople } from './people';

const root = path.resolve(import.meta.dirname, '../..');
/** A first start builds the pages, makes two clusters and seeds the demo. */
const startLimitMs = 8 * 60_000;
const stopLimitMs = 60_000;

/**
 * Starts the product as a person does, with a small demo, and leaves its address and three signed-in people in the
 * environment of the tests. `RATCHET_E2E_LINK` points the tests at a product that runs already.
 */
export default async function start(): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-e2e-'));
  process.env.RATCHET_E2E_DIR = folder;
  const given = process.env.RATCHET_E2E_LINK;
  if (given) {
    await makePeople(new URL(given), folder);
    return async () => fs.rmSync(folder, { recursive: true, force: true });
  }

  const port = await freePort();
  const child = spawn(process.execPath, [path.join(root, 'bin/start.mjs')], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      RATCHET_DATA_DIR: path.join(folder, 'data'),
      RATCHET_DEMO_SCALE: process.env.RATCHET_DEMO_SCALE ?? '0.1',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    await end(child);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makePeople(await signInLink(child), folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** The link that the start prints once everything is up; what it said before is in the error if it never does. */
function signInLink(child: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`npm start printed no link in time:\n${said}`)),
      startLimitMs,
    );
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const link = /https?:\/\/\S+\/sign-in\/\S+/.exec(said);
      if (!link) return;
      clearTimeout(timer);
      resolve(new URL(link[0]));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`npm start ended with ${code}:\n${said}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await ended;
  clearTimeout(timer);
}
