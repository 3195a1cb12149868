import type { ChangePlan } from '@/lib/contracts/change';
import type { Store } from '@/lib/store/client';
import { jsonBatches } from '@/lib/store/json-rows';

export interface StoredProposal {
  stackId: number;
  targetId: number;
  /** The finding that it answers. */
  findingKey: string;
  plan: ChangePlan;
}

/**
 * Stores proposals, some hundred a statement: new ones, and known ones anew unless they are applied or in hand. Returns
 * them in the same order with their number and state; one that comes twice for a target is stored once, as the first.
 */
export async function storeProposals(
  store: Store,
  asked: readonly StoredProposal[],
): Promise<(StoredProposal & { id: number; state: string })[]> {
  const items = new Map<string, StoredProposal>();
  for (const item of asked) {
    const key = keyOf(item.targetId, item.plan.key);
    if (!items.has(key)) items.set(key, item);
  }
  const rows = [...items.values()].map(({ stackId, targetId, findingKey, plan }) => ({
    ...{ stack_id: stackId, target_id: targetId, finding_key: findingKey, plan, key: plan.key },
    ...{ optimization: plan.optimization, title: plan.title, subject: plan.subject },
  }));
  for (const batch of jsonBatches(rows)) await upsert(store, batch);
  const stored = await store.db.change.findMany({
    where: { targetId: { in: [...new Set(asked.map((a) => a.targetId))] } },
    select: { id: true, targetId: true, key: true, state: true },
  });
  const byKey = new Map(stored.map((row) => [keyOf(row.targetId, row.key), row]));
  return [...items].flatMap(([key, item]) => {
    const row = byKey.get(key);
    return row ? [{ ...item, id: row.id, state: row.state }] : [];
  });
}

const keyOf = (targetId: number, key: string) => `${targetId}\0${key}`;

/**
 * Proposals are refreshed in some states; what is applied or in hand is left as it was carried out. On condition of the
 * state, in the same statement: a worker may be taking the change in hand just now.
 */
function upsert(store: Store, rows: string): Promise<number> {
  return store.db
    .$executeRaw`insert into change as c (target_id, finding_id, key, optimization, title, subject, plan, updated_at)
    select r.target_id, f.id, r.key, r.optimization, r.title, r.subject, r.plan, now()
    from jsonb_to_recordset(${rows}::jsonb) r (stack_id int, target_id int, finding_key text, key text, optimization text, title text,
      subject text, plan jsonb)
    left join finding f on f.stack_id = r.stack_id and f.key = r.finding_key
    on conflict (target_id, key) do update set finding_id = excluded.finding_id, optimization = excluded.optimization,
      title = excluded.title, subject = excluded.subject, plan = excluded.plan, updated_at = now(),
      state = case when c.state = 'obsolete' then 'proposed' else c.state end
    where c.state in ('proposed', 'rolled-back', 'failed', 'obsolete')`;
}
