import type { Store } from '@/lib/store/client';
import { packed, perHour, perMinute, raw } from './levels';
import { inMaintenance, listPartitions } from './partitions';
import { watermarks } from './watermarks';

/**
 * Drops the partitions whose last moment is older than their level keeps: samples 48 h, minutes 30 d, hours
 * 400 d; never one that has not been rolled up yet. Returns their names.
 */
export async function dropOldPartitions(store: Store, now = new Date()): Promise<string[]> {
  return inMaintenance(store, async (client) => {
    const marks = await watermarks(client);
    // A reader that holds the table makes us wait; others must not queue behind us for long.
    await client.query("SET LOCAL lock_timeout = '2s'");
    const dropped: string[] = [];
    for (const partition of await listPartitions(client)) {
      const { level } = partition;
      const next = level === raw || level === packed ? perMinute : level === perMinute ? perHour : null;
      const rolledUpTo = next ? (marks.get(next.table)?.getTime() ?? 0) : Number.POSITIVE_INFINITY;
      const end = partition.to.getTime();
      if (end > now.getTime() - level.keepMs || end > rolledUpTo) continue;
      await client.query(`DROP TABLE series.${partition.name}`);
      dropped.push(partition.name);
    }
    return dropped;
  });
}
