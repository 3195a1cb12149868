import fs from 'node:fs/promises';
import type pg from 'pg';
import { config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { askForRestart, demoClusterDir, withdrawRestart } from '@/lib/services/restart-request';
import type { Store } from '@/lib/store/client';
import type { Target } from '@/lib/targets/registry';
import type { Restarter } from '../types';
import { containerRestarter } from './container-restarter';

/**
 * Who restarts the server of a target when told to: the Ratchet that runs it, or the engine of its container where the
 * target's owner said so. Null for any other.
 */
export function restarterOf(store: Store, target: Target): Restarter | null {
  if (target.options.restartedBy === 'container') return containerRestarter(store, target);
  if (target.options.restartedBy !== 'ratchet') return null;
  const { dataDir } = config();
  return {
    async refuseUnlessOwn(client) {
      const own = await demoClusterDir(dataDir);
      if (own === null || own !== (await clusterDir(client)))
        throw new AppError(
          'unsupported',
          `${target.name} is not the server that this Ratchet runs, and nobody else's is restarted.`,
        );
    },
    restart: (fallback) => askForRestart(dataDir, fallback),
    withdraw: () => withdrawRestart(dataDir),
  };
}

/** The server's data folder as this machine has it; null where there is no such folder here. */
async function clusterDir(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ dir: string | null }>(
    "select /* ratchet */ (select setting from pg_catalog.pg_settings where name = 'data_directory') as dir",
  );
  const dir = rows[0]?.dir;
  return dir ? fs.realpath(dir).catch(() => null) : null;
}
