import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@/lib/contracts/error';
import { processStart } from './process-start';

interface Holder {
  pid: number;
  /** Tells a process from a later one with the same id. */
  started: string | null;
  nonce: string;
}

/**
 * Takes the data folder for this process: one supervisor at a time. Takes over from one that died. Throws
 * AppError('conflict') when another one lives. The answer says whether an earlier run ended without cleaning up.
 */
export async function lockDataDir(dataDir: string): Promise<{ tookOver: boolean; release(): Promise<void> }> {
  const file = path.join(dataDir, 'run', 'lock.json');
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const mine: Holder = { pid: process.pid, started: await processStart(process.pid), nonce: randomUUID() };
  const draft = `${file}.${mine.nonce}`;
  await fs.writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    const tookOver = await take(file, draft, dataDir);
    return { tookOver, release: () => release(file, mine) };
  } finally {
    await fs.rm(draft, { force: true });
  }
}

async function take(file: string, draft: string, dataDir: string): Promise<boolean> {
  try {
    // Linking fails when the lock is there: of several, one succeeds.
    await fs.link(draft, file);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = await read(file);
  if (holder && (await lives(holder))) throw taken(dataDir, holder.pid);
  const nonce = JSON.parse(await fs.readFile(draft, 'utf8')).nonce as string;
  await fs.rename(draft, file);
  // Of several that take over at once, the last to rename has it; all look after all have renamed.
  await sleep(200);
  const now = await read(file);
  if (now?.nonce !== nonce) throw taken(dataDir, now?.pid);
  return true;
}

const taken = (dataDir: string, pid: number | undefined) =>
  new AppError(
    'conflict',
    `Ratchet runs on ${dataDir} already (process ${pid ?? 'unknown'}). Stop it first, or give this one a folder of its ` +
      'own: RATCHET_DATA_DIR=… npm start',
  );

async function lives(holder: Holder): Promise<boolean> {
  const started = await processStart(holder.pid);
  return started !== null && (holder.started === null || started === holder.started);
}

async function read(file: string): Promise<Holder | null> {
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as Holder;
  } catch {
    // Cut short by a crash or a full disk: nobody holds it.
    return null;
  }
}

async function release(file: string, mine: Holder): Promise<void> {
  const holder = await read(file);
  if (holder?.nonce === mine.nonce) await fs.rm(file, { force: true });
}
