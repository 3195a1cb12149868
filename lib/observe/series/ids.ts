import type { Store } from '@/lib/store/client';

export interface SeriesKey {
  targetId: number;
  metric: string;
  label: string;
}

const known = new WeakMap<Store, Map<string, number>>();

const keyOf = (s: SeriesKey) => `${s.targetId} ${s.metric} ${s.label}`;

/** Ids of the given series, in their order, made where they are missing. Remembered per store. */
export async function seriesIds(store: Store, keys: readonly SeriesKey[]): Promise<number[]> {
  const ids = known.get(store) ?? new Map<string, number>();
  known.set(store, ids);
  const missing = new Map(keys.filter((k) => !ids.has(keyOf(k))).map((k) => [keyOf(k), k]));
  if (missing.size > 0) {
    const list = [...missing.values()];
    const columns = [list.map((k) => k.targetId), list.map((k) => k.metric), list.map((k) => k.label)];
    const from = 'unnest($1::int[], $2::text[], $3::text[]) AS k (target_id, metric, label)';
    await store.pool.query(
      `INSERT INTO series.series (target_id, metric, label) SELECT * FROM ${from} ON CONFLICT DO NOTHING`,
      columns,
    );
    const { rows } = await store.pool.query<{ id: number; target_id: number; metric: string; label: string }>(
      `SELECT s.* FROM series.series s JOIN ${from} USING (target_id, metric, label)`,
      columns,
    );
    for (const r of rows) ids.set(keyOf({ targetId: r.target_id, metric: r.metric, label: r.label }), r.id);
  }
  return keys.map((k) => ids.get(keyOf(k)) ?? missingId(k));
}

/** Forgets the ids of a target that is observed no more. */
export function forgetSeriesIds(store: Store, targetId: number): void {
  const ids = known.get(store);
  for (const key of ids?.keys() ?? []) if (key.startsWith(`${targetId} `)) ids?.delete(key);
}

function missingId(key: SeriesKey): never {
  throw new Error(`series ${keyOf(key)} vanished while it was being made`);
}
