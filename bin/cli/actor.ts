import os from 'node:os';
import type { Actor } from '@/lib/contracts/auth';

/** Who runs the command line on the machine of the installation may do everything there. */
export function cliActor(): Actor {
  let name = 'someone';
  try {
    name = os.userInfo().username;
  } catch {
    // A process may run under a user id that has no name.
  }
  return { userId: null, name: `${name} (command line)`, role: 'admin', via: 'cli' };
}
