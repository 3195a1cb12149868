import { config } from '@/lib/config';

/** Set by the supervisor in the environment of its children: its process id. */
export const PARENT_VARIABLE = 'RATCHET_PARENT_PID';

/**
 * For a child of the supervisor: calls `end` once when the supervisor is gone, killed with SIGKILL included.
 * Does nothing in a process that has no supervisor. `parent` is its process id.
 */
export function endWithParent(end: () => void, parent = config().parentPid): void {
  if (parent === undefined) return;
  const timer = setInterval(() => {
    if (isAlive(parent)) return;
    clearInterval(timer);
    end();
  }, 1_000);
  timer.unref();
}

/** True when a process with this id is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
