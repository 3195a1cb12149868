import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from './lifecycle';

export interface KeepRunningOptions {
  name: string;
  /** Resolves when the server that runs now has ended. */
  exited(): Promise<unknown>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
  stopping(): boolean;
  say: Say;
  /** Most restarts in a row. Default 3. */
  restarts?: number;
  /** A server that ran this long counts as recovered. Default 60 s. */
  stableMs?: number;
}

/**
 * Starts a server of the demo again when it ends unasked, and says so. Resolves when it was stopped on purpose or
 * did not stay up, which is said too. Never rejects.
 */
export async function keepRunning(o: KeepRunningOptions): Promise<void> {
  const { name, say, restarts = 3, stableMs = 60_000 } = o;
  let crashes = 0;
  for (;;) {
    const since = Date.now();
    await o.exited();
    if (o.stopping()) return;
    if (Date.now() - since > stableMs) crashes = 0;
    crashes += 1;
    if (crashes > restarts) {
      say(`! ${name} ended ${crashes} times and did not stay up; the demo goes on without it`);
      return;
    }
    say(`! ${name.padEnd(9)} ended; starting it again (${crashes} of ${restarts})`);
    await sleep(200 * crashes);
    if (o.stopping()) return;
    try {
      await o.restart();
      if (!o.stopping()) say(`✓ ${name.padEnd(9)} runs again`);
    } catch (error) {
      if (o.stopping()) return;
      say(
        `! ${name.padEnd(9)} could not be started again: ${error instanceof Error ? error.message : String(error)}`,
      );
      return;
    }
  }
}
