import type pg from 'pg';
import type { Store } from '@/lib/store/client';
import { day, hour, type Level, levels } from './levels';

/** Held while partitions are made, dropped or rolled up: one process at a time does that ("seri" in ASCII). */
export const maintenanceLock = 0x73657269;

export interface Partition {
  name: string;
  from: Date;
  to: Date;
}

/** Digits of `2026-11-23T19` that name a partition. */
const digitsOf = { month: 6, day: 8, hour: 10 } as const;

/** The partition of `level` that a moment falls in. Hours, days and months are those of UTC. */
export function partitionAt(level: Level, at: Date, length = level.partition): Partition {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const begin =
    length === 'month'
      ? Date.UTC(year, month, 1)
      : length === 'day'
        ? Date.UTC(year, month, date)
        : Date.UTC(year, month, date, at.getUTCHours());
  const end = length === 'month' ? Date.UTC(year, month + 1, 1) : begin + (length === 'day' ? day : hour);
  const from = new Date(begin);
  const digits = from.toISOString().replace(/\D/g, '').slice(0, digitsOf[length]);
  return { name: `${level.table}_${digits}`, from, to: new Date(end) };
}

/** Now and so far ahead that the next look, an hour later, is early enough. */
function ahead(level: Level, now: number): Date[] {
  const offsets = level.partition === 'hour' ? [0, hour, 2 * hour] : [0, day];
  return offsets.map((ms) => new Date(now + ms));
}

/**
 * Makes the partitions of the given levels (by default all) for the given moments, where they are missing; by default
 * for now and some way ahead. Safe when several processes do it at once. Returns the names of those made.
 */
export async function ensurePartitions(
  store: Store,
  moments?: readonly Date[],
  of: readonly Level[] = levels,
): Promise<string[]> {
  const now = Date.now();
  const wanted = new Map<string, { level: Level; partition: Partition }>();
  for (const level of of)
    for (const moment of moments ?? ahead(level, now)) {
      const partition = partitionAt(level, moment);
      wanted.set(partition.name, { level, partition });
    }
  const missingIn = (present: Listed[]) =>
    [...wanted.values()].filter(({ level, partition }) => !present.some((p) => covers(p, level, partition)));
  if (missingIn(await listPartitions(store.pool)).length === 0) return [];
  return inMaintenance(store, async (client) => {
    const missing = missingIn(await listPartitions(client));
    for (const { level, partition } of missing) await create(client, level, partition);
    return missing.map(({ partition }) => partition.name);
  });
}

type Listed = Partition & { level: Level };

/** A partition of a day, as samples had before they were packed, stands in for those of its hours. */
const covers = (p: Listed, level: Level, { from, to }: Partition) =>
  p.level === level && p.from <= from && p.to >= to;

/** ATTACH rather than PARTITION OF: it does not lock readers and writers of the parent out. */
async function create(client: pg.PoolClient, level: Level, { name, from, to }: Partition): Promise<void> {
  await client.query(`CREATE TABLE series.${name} (LIKE series.${level.table} INCLUDING ALL)`);
  await client.query(
    `ALTER TABLE series.${level.table} ATTACH PARTITION series.${name}
       FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
  );
}

/** Partitions there are, with their level and bounds. */
export async function listPartitions(client: Pick<pg.Pool, 'query'>): Promise<Listed[]> {
  const { rows } = await client.query<{ name: string; parent: string }>(
    `SELECT c.relname AS name, p.relname AS parent FROM pg_inherits i
       JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
       JOIN pg_namespace n ON n.oid = p.relnamespace
     WHERE n.nspname = 'series' AND p.relkind = 'p' ORDER BY c.relname`,
  );
  return rows.flatMap(({ name, parent }) => {
    const level = levels.find((l) => l.table === parent);
    const digits = /_(\d{4})(\d{2})(\d{2})?(\d{2})?$/.exec(name);
    if (!level || !digits) return [];
    const [, year, month, date, clock] = digits;
    const first = new Date(`${year}-${month}-${date ?? '01'}T${clock ?? '00'}:00:00Z`);
    const length = clock !== undefined ? 'hour' : date !== undefined ? 'day' : 'month';
    return [{ level, ...partitionAt(level, first, length) }];
  });
}

/** Runs `fn` in a transaction that waits its turn: partitions, roll-ups and retention never meet. */
export async function inMaintenance<T>(store: Store, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await store.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [maintenanceLock]);
    const result = await fn(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The first error is the one to report; a connection that is gone cannot roll back anyway.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
