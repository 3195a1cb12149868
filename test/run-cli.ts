import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs bin/ratchet as a person would, from another folder. `onStderr` sees everything so far. */
export function runCli(
  args: readonly string[],
  o: { env?: Record<string, string>; onStderr?: (text: string, child: ChildProcess) => void } = {},
): Promise<CliResult> {
  const bin = path.resolve(import.meta.dirname, '../bin/ratchet');
  const { RATCHET_DATA_DIR: _, DATABASE_URL: __, RATCHET_STORE_URL: ___, ...env } = process.env;
  const child = spawn(bin, args, { cwd: os.tmpdir(), env: { ...env, ...o.env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
    o.onStderr?.(stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
