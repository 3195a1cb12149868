// Stands beside the supervisor in a session of its own. When the supervisor is gone without a word (SIGKILL,
// out of memory), ends the processes that it had started, newest first, so that nothing is left running.
// Started with the supervisor's process id; its end is the end of our standard input.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const parent = Number(process.argv[2]);
/** Process id → start time, in the order in which they were first seen. */
const seen = new Map();

function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : fields[19];
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    // No such process any more.
    return null;
  }
}

function childrenOf(pid) {
  try {
    return fs
      .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return rows
      .map((row) => row.trim().split(/ +/).map(Number))
      .flatMap(([id, of]) => (of === pid ? [id] : []));
  }
}

function look() {
  try {
    for (const pid of childrenOf(parent)) {
      if (pid !== process.pid && !seen.has(pid)) seen.set(pid, startOf(pid));
    }
  } catch (error) {
    console.error(`the children of ${parent} cannot be listed: ${error.message}`);
  }
}

const lives = (pid) => seen.get(pid) !== null && startOf(pid) === seen.get(pid);

async function end(pid) {
  for (const [signal, patience] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 3_000],
  ]) {
    if (!lives(pid)) return;
    console.error(`${new Date().toISOString()} the supervisor is gone; ${signal} to ${pid}`);
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + patience; lives(pid) && Date.now() < until; ) await sleep(50);
  }
}

let done = false;
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  if (text.includes('done')) done = true;
});
process.stdin.on('end', async () => {
  clearInterval(timer);
  if (!done) for (const pid of [...seen.keys()].reverse()) await end(pid);
  process.exit(0);
});
const timer = setInterval(look, 500);
look();
