import { log } from '@/lib/config/log';
import type { Store } from '@/lib/store/client';
import { type Repeating, repeat } from '@/lib/time/repeat';
import { packSamples } from './series/pack';
import { ensurePartitions } from './series/partitions';
import { dropOldPartitions } from './series/retention';
import { rollUp } from './series/roll-up';

/**
 * Keeps the series in order until stopped: roll-ups each minute, packing every five minutes, partitions ahead and
 * retention each hour.
 */
export function startMaintenance(store: Store, everyMs = 60_000): Repeating {
  const tasks = [
    { name: 'make partitions', every: 60, run: () => ensurePartitions(store) },
    { name: 'roll up samples', every: 1, run: () => rollUp(store) },
    { name: 'pack samples', every: 5, run: () => packSamples(store) },
    { name: 'drop old partitions', every: 60, run: () => dropOldPartitions(store) },
  ];
  return repeat(everyMs, async (signal, turn) => {
    for (const { name, every, run } of tasks) {
      if (turn % every !== 0 || signal.aborted) continue;
      try {
        await run();
      } catch (error) {
        // Tried again at its next turn; samples stay until it works.
        log.error({ err: error }, `could not ${name}`);
      }
    }
  });
}
