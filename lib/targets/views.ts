import {
  Capabilities,
  type TargetDetail,
  TargetKind,
  type TargetStatus,
  type TargetView,
} from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { type StoredTarget, storedTarget, storedTargets } from './load';
import { toTarget } from './target';

/** A target without a sample for longer than this is not being watched (no worker, or it has just started), ms. */
export const staleAfterMs = 60_000;

/** The targets of a stack (or of all) as a browser may see them: no credentials. */
export async function targetViews(store: Store, stack?: string): Promise<TargetView[]> {
  const rows = await storedTargets(store, stack === undefined ? {} : { stack });
  const now = Date.now();
  return rows.map((row) => viewOf(row, now));
}

/**
 * A target as its admin edits it: no credentials, only which there are.
 * @throws AppError not-found; internal when its settings cannot be opened
 */
export async function targetDetail(store: Store, id: number): Promise<TargetDetail> {
  const row = await storedTarget(store, id);
  const { connection, options } = toTarget(row);
  return {
    ...viewOf(row, Date.now()),
    options,
    kept: {
      operatorUrl: connection.kind === 'postgres' && connection.operatorUrl !== undefined,
      knobsToken: connection.kind === 'http' && connection.knobsToken !== undefined,
      headers: connection.kind === 'http' ? Object.keys(connection.headers) : [],
      certificate: (connection.kind === 'http' ? connection.tls?.certificate : undefined) ?? 'system',
    },
  };
}

function viewOf(row: StoredTarget, now: number): TargetView {
  return {
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
  };
}

function statusOf(row: StoredTarget, now: number): TargetStatus {
  if (row.paused) return 'paused';
  if (row.unreachableSince) return 'unreachable';
  if (!row.lastSampleAt) return 'waiting';
  return now - row.lastSampleAt.getTime() <= staleAfterMs ? 'ok' : 'stale';
}
