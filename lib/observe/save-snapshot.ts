import type { TargetKind } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { storableJson } from './lasting-rows';
import { keepBaseline } from './statement-baseline';

/** Saves what a heavy reading found as the newest snapshot of its collector (`postgres`, `redis`, `docker`, `http`); of Postgres, its statement counters from time to time as well. */
export async function saveSnapshot(
  store: Store,
  targetId: number,
  collector: TargetKind,
  takenAt: Date,
  data: object,
): Promise<void> {
  await store.pool.query(
    `INSERT INTO snapshot (target_id, collector, taken_at, data) VALUES ($1, $2, $3, $4)
     ON CONFLICT (target_id, collector) DO UPDATE SET taken_at = excluded.taken_at, data = excluded.data
     WHERE snapshot.taken_at <= excluded.taken_at`,
    [targetId, collector, takenAt, storableJson(data)],
  );
  if (collector === 'postgres') await keepBaseline(store, targetId, takenAt, data);
}
