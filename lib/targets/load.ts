import { AppError } from '@/lib/contracts/error';
import type { TargetKind } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import type { Stack, Target as TargetRow } from '@/prisma/generated/client';
import { type Target, toTarget } from './target';

export type StoredTarget = TargetRow & { stack: Stack };

/**
 * Targets with their connection settings opened, oldest first.
 * @throws AppError internal when one cannot be opened with the key of this installation
 */
export async function loadTargets(
  store: Store,
  filter: { stack?: string; kind?: TargetKind } = {},
): Promise<Target[]> {
  return (await storedTargets(store, filter)).map(toTarget);
}

/** The same, still sealed: for a caller that must go on when one of them cannot be opened. */
export function storedTargets(
  store: Store,
  filter: { stack?: string; kind?: TargetKind } = {},
): Promise<StoredTarget[]> {
  return store.db.target.findMany({
    where: {
      ...(filter.stack === undefined ? {} : { stack: { name: filter.stack } }),
      ...(filter.kind === undefined ? {} : { kind: filter.kind }),
    },
    include: { stack: true },
    orderBy: { id: 'asc' },
  });
}

/** @throws AppError not-found | internal */
export async function loadTarget(store: Store, id: number): Promise<Target> {
  return toTarget(await storedTarget(store, id));
}

/** @throws AppError not-found */
export async function storedTarget(store: Store, id: number): Promise<StoredTarget> {
  const row = await store.db.target.findUnique({ where: { id }, include: { stack: true } });
  if (!row) throw new AppError('not-found', `There is no target ${id}. It may have been removed.`);
  return row;
}
