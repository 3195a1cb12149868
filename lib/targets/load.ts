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

/** A text that changes whenever a target is added, removed or set otherwise; what is observed of it is no part of it. */
export async function targetsMark(store: Store): Promise<string> {
  const { rows } = await store.pool.query<{ mark: string }>(
    `SELECT coalesce(md5(string_agg(
       ROW(t.id, t.kind, t.name, t.address, t.sealed_connection, t.options, t.paused, s.id, s.name)::text, ',' ORDER BY t.id)), '') AS mark
     FROM target t JOIN stack s ON s.id = t.stack_id`,
  );
  return rows[0]?.mark ?? '';
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
