import type { Store } from '@/lib/store/client';
import { loadTarget } from '@/lib/targets/load';
import type { Target } from '@/lib/targets/target';
import { within } from '@/lib/targets/within';
import { openWithin } from './open-within';
import { saveSnapshot } from './save-snapshot';

/** Longest time for one heavy reading, ms. */
export const snapshotTimeoutMs = 30_000;

/**
 * Makes the heavy reading of a target now, over a connection of its own, saves it as its newest snapshot, and
 * returns it.
 * @throws AppError not-found | unreachable | timeout | privilege-missing | cancelled
 */
export async function observeOnce(
  store: Store,
  targetId: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<object> {
  const target = await loadTarget(store, targetId);
  const takenAt = new Date();
  const data = await readOnce(target, signal);
  await saveSnapshot(store, targetId, target.kind, takenAt, data);
  return data;
}

/**
 * The heavy reading of a target that need not be stored anywhere.
 * @throws AppError unreachable | timeout | privilege-missing | cancelled
 */
export async function readOnce(
  target: Pick<Target, 'name' | 'address' | 'connection' | 'options'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<object> {
  const collector = await openWithin(target, signal);
  try {
    const what = `${target.name} at ${target.address}`;
    return await within(snapshotTimeoutMs, what, (inner) => collector.snapshot(inner), signal);
  } finally {
    await collector.close();
  }
}
