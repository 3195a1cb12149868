import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { pause } from '@/lib/time/pause';

/** Entries of postgresql.auto.conf: null for none. */
export const AutoConf = z.record(z.string().regex(/^[a-z_][a-z0-9_.]*$/), z.string().nullable());
export type AutoConf = z.infer<typeof AutoConf>;

const Request = z.object({ id: z.string(), fallback: AutoConf });
export type RestartRequest = z.infer<typeof Request>;
const Answer = z.object({ id: z.string(), error: z.string().nullable() });

/** Whoever runs the server looks that often, ms. */
export const lookEveryMs = 250;
/** Nobody has taken the request in this time: nobody runs the server, ms. */
const takenWithinMs = 10_000;
/** Stopping writes all that is in the cache; starting may have to recover. Both may come twice. */
const doneWithinMs = 180_000;

/**
 * How a process of Ratchet asks the one that owns the demo's PostgreSQL to restart it: three files beside the cluster.
 * The request is written and renamed by whoever takes it, so that it is either withdrawn or carried out.
 */
const filesOf = (dataDir: string) => ({
  wanted: path.join(dataDir, 'demo', 'postgres.restart-wanted'),
  taken: path.join(dataDir, 'demo', 'postgres.restart-taken'),
  done: path.join(dataDir, 'demo', 'postgres.restart-done'),
});

/** The data folder of the demo's cluster, links resolved; null where there is none. */
export function demoClusterDir(dataDir: string): Promise<string | null> {
  return fs.realpath(path.join(dataDir, 'demo', 'postgres')).catch(() => null);
}

/**
 * Asks for a restart and waits until the server answers again. Where it does not start, it is started again with the
 * `fallback` entries of postgresql.auto.conf, and this says so.
 * @throws AppError 'unsupported' when no Ratchet runs the server; 'internal' with the end of its log; 'timeout'.
 */
export async function askForRestart(dataDir: string, fallback: AutoConf): Promise<void> {
  const { wanted, done } = filesOf(dataDir);
  const id = randomUUID();
  await writeWhole(wanted, { id, fallback });
  const since = Date.now();
  for (;;) {
    const answer = Answer.safeParse(await readJson(done)).data;
    if (answer?.id === id) {
      if (answer.error !== null) throw new AppError('internal', answer.error);
      return;
    }
    const waited = Date.now() - since;
    if (waited > takenWithinMs && (await removed(wanted)))
      throw new AppError(
        'unsupported',
        'No Ratchet runs this server now, so nobody could restart it: it was left running.',
      );
    if (waited > doneWithinMs)
      throw new AppError('timeout', `The server did not come back within ${doneWithinMs / 1000} s.`);
    await pause(lookEveryMs / 2);
  }
}

/** Takes back a restart that a process asked for and died; waits for the end of one that was begun. */
export async function withdrawRestart(dataDir: string): Promise<void> {
  const { wanted, taken } = filesOf(dataDir);
  await removed(wanted);
  for (;;) {
    const begun = await fs.stat(taken).catch(() => null);
    // An old one is of an owner that died with it.
    if (begun === null || Date.now() - begun.ctimeMs > doneWithinMs) return;
    await pause(lookEveryMs);
  }
}

/** The owner's side: forgets what was asked of a server that did not run. */
export async function forgetRestarts(dataDir: string): Promise<void> {
  for (const file of Object.values(filesOf(dataDir))) await removed(file);
}

/** The owner's side: the request that waits, now in its hands. Null when there is none. */
export async function takeRestart(dataDir: string): Promise<RestartRequest | null> {
  const { wanted, taken } = filesOf(dataDir);
  try {
    await fs.rename(wanted, taken);
  } catch {
    return null;
  }
  const request = Request.safeParse(await readJson(taken)).data ?? null;
  if (request === null) await removed(taken);
  return request;
}

/** The owner's side: the server runs again, or why it did not start as it was asked to. */
export async function answerRestart(dataDir: string, id: string, error: string | null): Promise<void> {
  const { taken, done } = filesOf(dataDir);
  await writeWhole(done, { id, error });
  await removed(taken);
}

async function writeWhole(file: string, value: unknown): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await fs.writeFile(draft, JSON.stringify(value), { mode: 0o600 });
  await fs.rename(draft, file);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8'));
  } catch {
    return null;
  }
}

const removed = (file: string) =>
  fs.unlink(file).then(
    () => true,
    () => false,
  );
