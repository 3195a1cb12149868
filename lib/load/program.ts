import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * File and Node's arguments of a program of bin, for code at the URL `from`: in the build the programs are beside each
 * other in dist (bin/lib/bundle.mjs); else it is run from its TypeScript.
 */
export function programAt(
  name: 'generator' | 'load-generator',
  from: string,
): { file: string; execArgv: string[]; root: string } {
  const here = path.dirname(fileURLToPath(from));
  if (from.endsWith('.mjs'))
    return { file: path.join(here, `${name}.mjs`), execArgv: [], root: path.dirname(here) };
  const root = path.resolve(here, '../..');
  return { file: path.join(root, 'bin', `${name}.ts`), execArgv: ['--import', 'tsx'], root };
}

/** Starts a load generator in a process of its own, with a channel for messages and its errors on a pipe. */
export function forkProgram(name: 'generator' | 'load-generator'): ChildProcess {
  const { file, execArgv, root } = programAt(name, import.meta.url);
  return fork(file, [], { cwd: root, execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
}
