import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import path from 'node:path';

/** A running `npm start` (without npm) for tests. */
export interface Started {
  child: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Resolves with the first match in the output; rejects when the process ends before, or after 120 s. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Exit code once it has ended; null for an end by a signal. */
  ended: Promise<number | null>;
  /** Ids of the processes that descend from it, now. */
  descendants(): number[];
}

export function startRatchet(env: Record<string, string>, args: string[] = ['--no-demo']): Started {
  const child = spawn(process.execPath, [path.resolve('bin/start.mjs'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    child,
    output: () => text,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text);
          if (found) done(() => resolve(found));
        };
        const fail = (why: string) => done(() => reject(new Error(`${pattern} ${why}. Output:\n${text}`)));
        const timer = setTimeout(() => fail('did not come within 180 s'), 180_000);
        const done = (settle: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          settle();
        };
        listeners.add(look);
        void ended.then(() => fail('never came'));
        look();
      }),
    descendants: () => descendantsOf(child.pid ?? -1),
  };
}

function descendantsOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/ +/).map(Number));
  const found: number[] = [];
  const visit = (of: number) => {
    for (const [id = 0, parent] of pairs) {
      if (parent !== of) continue;
      found.push(id);
      visit(id);
    }
  };
  visit(pid);
  return found;
}
