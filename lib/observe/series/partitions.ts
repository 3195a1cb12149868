import type pg from 'pg';
import type { Store } from '@/lib/store/client';
import { type Level, levels } from './levels';

/** Held while partitions are made, dropped or rolled up: one process at a time does that ("seri" in ASCII). */
export const maintenanceLock = 0x73657269;

export interface Partition {
  name: string;
  from: Date;
  to: Date;
}

/** The partition of `level` that a moment falls in. Days and months are those of UTC. */
export function partitionAt(level: Level, at: Date): Partition {
  const [year, month, dayOfMonth] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const months = level.partition === 'month';
  const from = new Date(Date.UTC(year, month, months ? 1 : dayOfMonth));
  const to = new Date(months ? Date.UTC(year, month + 1, 1) : Date.UTC(year, month, dayOfMonth + 1));
  const digits = from.toISOString().slice(0, 10).replaceAll('-', '');
  return { name: `${level.table}_${months ? digits.slice(0, 6) : digits}`, from, to };
}

/**
 * Makes the partitions for the given moments, where they are missing; by default for now and for a day ahead.
 * Safe when several processes do it at once. Returns the names of those made.
 */
export async function ensurePartitions(store: Store, moments?: readonly Date[]): Promise<string[]> {
  const now = Date.now();
  const at = moments ?? [new Date(now), new Date(now + 86_400_000)];
  const wanted = new Map<string, { level: Level; partition: Partition }>();
  for (const level of levels)
    for (const moment of at) {
      const partition = partitionAt(level, moment);
      wanted.set(partition.name, { level, partition });
    }
  const existing = new Set((await listPartitions(store.pool)).map((p) => p.name));
  const missing = [...wanted.values()].filter(({ partition }) => !existing.has(partition.name));
  if (missing.length === 0) return [];
  const made: string[] = [];
  await inMaintenance(store, async (client) => {
    const present = new Set((await listPartitions(client)).map((p) => p.name));
    for (const { level, partition } of missing) {
      if (present.has(partition.name)) continue;
      await create(client, level, partition);
      made.push(partition.name);
    }
  });
  return made;
}

/** ATTACH rather than PARTITION OF: it does not lock readers and writers of the parent out. */
async function create(client: pg.PoolClient, level: Level, { name, from, to }: Partition): Promise<void> {
  await client.query(`CREATE TABLE series.${name} (LIKE series.${level.table} INCLUDING ALL)`);
  await client.query(
    `ALTER TABLE series.${level.table} ATTACH PARTITION series.${name}
       FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
  );
}

/** Partitions there are, with their level and bounds. */
export async function listPartitions(
  client: Pick<pg.Pool, 'query'>,
): Promise<(Partition & { level: Level })[]> {
  const { rows } = await client.query<{ name: string; parent: string }>(
    `SELECT c.relname AS name, p.relname AS parent FROM pg_inherits i
       JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
       JOIN pg_namespace n ON n.oid = p.relnamespace
     WHERE n.nspname = 'series' AND p.relkind = 'p' ORDER BY c.relname`,
  );
  return rows.flatMap(({ name, parent }) => {
    const level = levels.find((l) => l.table === parent);
    const digits = /_(\d{6})(\d{2})?$/.exec(name);
    if (!level || !digits) return [];
    const first = `${digits[1]?.slice(0, 4)}-${digits[1]?.slice(4)}-${digits[2] ?? '01'}T00:00:00Z`;
    return [{ level, ...partitionAt(level, new Date(first)) }];
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
