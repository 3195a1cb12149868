import type pg from 'pg';
import type { Store } from '@/lib/store/client';
import { hour, type Level, minute, perHour, perMinute, raw } from './levels';
import { ensurePartitions, inMaintenance } from './partitions';

/** Samples are written within seconds of being measured; a bucket is rolled up when it has been over for this long. */
const settleMs = 20_000;
/** Buckets before the watermark that are computed again, for what was written late. */
const overlapMs = 2 * minute;

/**
 * Rolls samples up into minutes and minutes into hours, from where the last run ended to the newest whole
 * bucket. Doing it again changes nothing. Each series is read by its key: one index range per series.
 */
export async function rollUp(store: Store, now = new Date()): Promise<void> {
  const starts = await Promise.all([startOf(store, perMinute, raw), startOf(store, perHour, perMinute)]);
  await ensurePartitions(
    store,
    [...starts.flatMap((s) => (s ? daysBetween(s, now) : [])), now],
    [perMinute, perHour],
  );
  await inMaintenance(store, async (client) => {
    const minutes = floor(now.getTime() - settleMs, minute);
    await fill(client, perMinute, raw, minutes, overlapMs);
    await fill(client, perHour, perMinute, floor(minutes, hour), hour);
  });
}

async function fill(
  client: pg.PoolClient,
  to: Level,
  from: Level,
  end: number,
  overlap: number,
): Promise<void> {
  const start = (await startOf({ pool: client }, to, from)) ?? new Date(end - 1);
  if (start.getTime() >= end) return;
  const begin = new Date(floor(start.getTime(), to.bucketMs) - overlap);
  const { time, columns } = source(from);
  await client.query(
    `INSERT INTO series.${to.table} (series_id, bucket, count, sum, min, max, last)
     SELECT s.id, b.* FROM series.series s CROSS JOIN LATERAL (
       SELECT date_bin($3::interval, ${time}, 'epoch'::timestamptz), ${columns}
       FROM series.${from.table} r
       WHERE r.series_id = s.id AND r.${time} >= $1 AND r.${time} < $2 GROUP BY 1) b
     ON CONFLICT (series_id, bucket) DO UPDATE SET -- never by fewer: retention may have taken part of the source
       count = excluded.count, sum = excluded.sum, min = excluded.min, max = excluded.max, last = excluded.last
     WHERE ${to.table}.count < excluded.count`,
    [begin, new Date(end), `${to.bucketMs / 1000} seconds`],
  );
  await client.query(
    `INSERT INTO series.watermark (rollup, upto) VALUES ($1, $2)
     ON CONFLICT (rollup) DO UPDATE SET upto = greatest(watermark.upto, excluded.upto)`,
    [to.table, new Date(end)],
  );
}

/** The time column of a level, and how its rows become one bucket of the next. */
function source(from: Level): { time: string; columns: string } {
  return from.bucketMs === 0
    ? {
        time: 'at',
        columns: 'count(*)::int, sum(value), min(value), max(value), (array_agg(value ORDER BY at DESC))[1]',
      }
    : {
        time: 'bucket',
        columns: 'sum(count)::int, sum(sum), min(min), max(max), (array_agg(last ORDER BY bucket DESC))[1]',
      };
}

/** Where rolling up goes on: the watermark, or the oldest row below it when there is none yet. */
async function startOf(
  store: { pool: Pick<pg.Pool, 'query'> },
  to: Level,
  from: Level,
): Promise<Date | null> {
  const { rows } = await store.pool.query<{ upto: Date }>(
    'SELECT upto FROM series.watermark WHERE rollup = $1',
    [to.table],
  );
  if (rows[0]) return rows[0].upto;
  const { time } = source(from);
  const oldest = await store.pool.query<{ at: Date | null }>(
    `SELECT min(${time}) AS at FROM series.${from.table}`,
  );
  return oldest.rows[0]?.at ?? null;
}

/** A moment in each day of a span, so that every partition it touches is named. */
function daysBetween(from: Date, to: Date): Date[] {
  const days: Date[] = [];
  for (let t = from.getTime() - hour; t < to.getTime(); t += 24 * hour) days.push(new Date(t));
  return days;
}

const floor = (ms: number, step: number) => Math.floor(ms / step) * step;
