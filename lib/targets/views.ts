import { Capabilities, TargetKind, type TargetStatus, type TargetView } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { type StoredTarget, storedTargets } from './load';

/** A target without a sample for longer than this is not being watched (no worker, or it has just started), ms. */
export const staleAfterMs = 60_000;

/** The targets of a stack (or of all) as a browser may see them: no credentials. */
export async function targetViews(store: Store, stack?: string): Promise<TargetView[]> {
  const rows = await storedTargets(store, stack === undefined ? {} : { stack });
  const now = Date.now();
  return rows.map((row) => ({
    id: row.id,
    stack: row.stack.name,
    kind: TargetKind.parse(row.kind),
    name: row.name,
    address: row.address,
    status: statusOf(row, now),
    lastSampleAt: row.lastSampleAt?.toISOString() ?? null,
    unreachableSince: row.unreachableSince?.toISOString() ?? null,
    unreachableWhy: row.unreachableWhy,
    version: Capabilities.safeParse(row.capabilities).data?.version ?? null,
  }));
}

function statusOf(row: StoredTarget, now: number): TargetStatus {
  if (row.paused) return 'paused';
  if (row.unreachableSince) return 'unreachable';
  return row.lastSampleAt && now - row.lastSampleAt.getTime() <= staleAfterMs ? 'ok' : 'waiting';
}
