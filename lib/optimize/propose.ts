import { z } from 'zod';
import { type ChangePlan, isProvable } from '@/lib/contracts/change';
import { diagnoseAndRecord, type RecordedDiagnosis } from '@/lib/diagnose/record';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import { probeNames } from './affected-names';
import { plannedByHand } from './catalogue';
import { planChanges } from './plan';
import { type StoredProposal, storeProposals } from './store-proposals';

export { planChanges } from './plan';

/**
 * Diagnoses a stack and keeps its proposals up to date: new ones are stored, known ones refreshed, and those that
 * no finding asks for any more are marked obsolete (applied ones stay as they are). Returns the ids of the changes
 * that a trial can prove, greatest expected gain first: reversible, not applied, with statements or routes that should gain,
 * or on a container with a purpose other than time.
 * `given` is a diagnosis just made, to save making another.
 * @throws AppError 'not-found' when there is no such stack.
 */
export async function proposeChanges(
  store: Store,
  stack: string,
  given?: RecordedDiagnosis,
): Promise<number[]> {
  const { diagnosis, snapshots, others } = given ?? (await diagnoseAndRecord(store, stack));
  const names = new Map<string, Map<string, string>>();
  for (const [target, snapshot] of snapshots) {
    const ids = diagnosis.findings.flatMap((f) => (f.target === target ? statementsOf(f.facts) : []));
    names.set(target, await probeNames(snapshot, new Set(ids)));
  }
  const planned = planChanges(
    diagnosis,
    snapshots,
    (target, ids) => ids.flatMap((id) => names.get(target)?.get(id) ?? []),
    others,
  );

  const targets = await loadTargets(store, { stack });
  // What a service asks of its Redis is measured through the service, whose routes nothing ties to the change.
  const served = targets.some((t) => t.kind === 'http' && t.options.mix);
  const items = planned.flatMap((asked): StoredProposal[] => {
    const target = targets.find((t) => t.name === asked.target);
    if (!target) return [];
    const indirect = target.kind === 'redis' && served;
    const plan = indirect ? { ...asked.plan, affects: [] } : asked.plan;
    return [{ stackId: target.stackId, targetId: target.id, findingKey: asked.findingKey, plan }];
  });
  const rows = await storeProposals(store, items);
  // Only targets that were looked at: a proposal of one that did not answer may well stand.
  const looked = targets.filter((t) => snapshots.has(t.name) || others.has(t.name)).map((t) => t.id);
  await store.db.$executeRaw`update change set state = 'obsolete', updated_at = now()
    where target_id = any (${looked}::int[]) and state in ('proposed', 'rolled-back')
      and id <> all (${rows.map((r) => r.id)}::int[]) and optimization <> all (${[...plannedByHand]}::text[])`;
  return rows.flatMap(({ id, state, plan }) =>
    state !== 'applied' && isProvable(plan) && isJudged(plan) ? [id] : [],
  );
}

/** A limit of a container is there to reserve less: its trial shows that nothing gets slower by it. */
const isJudged = ({ affects, optimization, purpose }: ChangePlan): boolean =>
  affects.length > 0 || (optimization.startsWith('docker/') && purpose !== undefined);

function statementsOf(facts: Record<string, unknown>): string[] {
  return z.array(z.string()).safeParse(facts.statements).data ?? [];
}
