import { ChangeOutcome, ChangePlan, ChangeState } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import { loadTarget, type Target } from '@/lib/targets/registry';

/** A Change row, its JSON parsed. */
export interface StoredChange {
  id: number;
  targetId: number;
  title: string;
  state: ChangeState;
  plan: ChangePlan;
  outcome: ChangeOutcome;
}

/** Throws AppError('not-found') when there is no such change. */
export async function loadChange(store: Store, id: number): Promise<StoredChange> {
  const row = await store.db.change.findUnique({ where: { id } });
  if (!row) throw new AppError('not-found', `There is no change ${id}.`);
  return {
    id: row.id,
    targetId: row.targetId,
    title: row.title,
    state: ChangeState.parse(row.state),
    plan: ChangePlan.parse(row.plan),
    outcome: ChangeOutcome.parse(row.outcome ?? {}),
  };
}

/** The target of a change, opened. Throws AppError('not-found'). */
export function targetOfChange(store: Store, change: StoredChange): Promise<Target> {
  return loadTarget(store, change.targetId);
}

/** Stores where a change stands, and that in the chain of evidence; `outcome` replaces what was stored. */
export async function saveChange(
  store: Store,
  id: number,
  data: { state: ChangeState; plan?: ChangePlan | undefined; outcome?: ChangeOutcome },
): Promise<void> {
  await store.db.$transaction(async (tx) => {
    await tx.change.update({
      where: { id },
      data: {
        state: data.state,
        ...(data.plan ? { plan: data.plan as object } : {}),
        ...(data.outcome ? { outcome: data.outcome } : {}),
      },
    });
    await appendToChain(tx, 'change', [id]);
  }, chained);
}
