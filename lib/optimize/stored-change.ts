import { ChangeOutcome, ChangePlan, ChangeState } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import type { PostgresConnection } from '@/lib/targets/postgres/connect';
import { loadTarget } from '@/lib/targets/registry';

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

/** Name and connection of the target of a change. Throws AppError('unsupported') on a kind that has no changes yet. */
export async function targetOfChange(
  store: Store,
  change: StoredChange,
): Promise<{ name: string; connection: PostgresConnection }> {
  const target = await loadTarget(store, change.targetId);
  if (target.connection.kind !== 'postgres')
    throw new AppError('unsupported', `Changes of a ${target.kind} target cannot be carried out yet.`);
  return { name: target.name, connection: target.connection };
}

/** Stores where a change stands; `outcome` replaces what was stored. */
export async function saveChange(
  store: Store,
  id: number,
  data: { state: ChangeState; plan?: ChangePlan | undefined; outcome?: ChangeOutcome },
): Promise<void> {
  await store.db.change.update({
    where: { id },
    data: {
      state: data.state,
      ...(data.plan ? { plan: data.plan as object } : {}),
      ...(data.outcome ? { outcome: data.outcome } : {}),
    },
  });
}
