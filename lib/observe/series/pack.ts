import type pg from 'pg';
import type { Store } from '@/lib/store/client';
import { minute, packed, perMinute, raw } from './levels';
import { ensurePartitions, inMaintenance, listPartitions, type Partition } from './partitions';
import { watermarks } from './watermarks';

/** How long an hour must be over: what is written a little late, and the newest values read, are plain rows. */
const settleMs = 15 * minute;

/**
 * Packs the samples of hours that are over and rolled up into one row a series and hour, and drops their partitions.
 * A packed sample takes about a ninth of the space of a row with its index. Returns the names of what was packed.
 */
export async function packSamples(store: Store, now = new Date()): Promise<string[]> {
  const done: string[] = [];
  for (const partition of await ripe(store.pool, now)) {
    await ensurePartitions(store, [partition.from], [packed]);
    await inMaintenance(store, async (client) => {
      // Another worker may have packed it while this one waited its turn.
      if (!(await ripe(client, now)).some((p) => p.name === partition.name)) return;
      await pack(client, partition.name);
      done.push(partition.name);
    });
  }
  return done;
}

async function ripe(client: Pick<pg.Pool, 'query'>, now: Date): Promise<Partition[]> {
  const rolledUpTo = (await watermarks(client)).get(perMinute.table)?.getTime() ?? 0;
  const before = Math.min(now.getTime(), rolledUpTo) - settleMs;
  return (await listPartitions(client)).filter((p) => p.level === raw && p.to.getTime() <= before);
}

async function pack(client: pg.PoolClient, name: string): Promise<void> {
  // Readers that hold the table make us wait; others must not queue behind us for long. A writer of late samples
  // makes the partition again, and they are packed on their own.
  await client.query("SET LOCAL lock_timeout = '2s'");
  await client.query(`LOCK TABLE series.${name} IN SHARE ROW EXCLUSIVE MODE`);
  await client.query(
    `INSERT INTO series.packed (series_id, begins, deltas, wide_deltas, values)
     SELECT series_id, min(at),
       CASE WHEN max(delta) <= 32767 THEN array_agg(least(delta, 32767)::smallint ORDER BY at) END,
       CASE WHEN max(delta) > 32767 THEN array_agg(delta ORDER BY at) END,
       array_agg(value ORDER BY at)
     FROM (
       SELECT series_id, hour, at, value,
         (extract(epoch FROM at - lag(at, 1, at) OVER (PARTITION BY series_id, hour ORDER BY at)) * 1000)::integer AS delta
       FROM (SELECT *, date_bin('1 hour', at, 'epoch'::timestamptz) AS hour FROM series.${name}) h) d
     GROUP BY series_id, hour
     ON CONFLICT DO NOTHING`,
  );
  await client.query(`DROP TABLE series.${name}`);
}
