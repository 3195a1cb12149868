import { z } from 'zod';
import { type ChangeState, isProvable } from '@/lib/contracts/change';
import { diagnoseAndRecord, type RecordedDiagnosis } from '@/lib/diagnose/record';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import { probeNames } from './affected-names';
import { plannedByHand } from './catalogue';
import { type PlannedChange, planChanges } from './plan';

export { planChanges } from './plan';

/** Proposals may be refreshed in these states; what is applied or in hand is left as it was carried out. */
const refreshable: ChangeState[] = ['proposed', 'rolled-back', 'failed', 'obsolete'];

/**
 * Diagnoses a stack and keeps its proposals up to date: new ones are stored, known ones refreshed, and those that
 * no finding asks for any more are marked obsolete (applied ones stay as they are). Returns the ids of the changes
 * that a trial can prove, greatest expected gain first: reversible, not applied, with statements that should gain.
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
  const provable: number[] = [];
  const current: number[] = [];
  for (const asked of planned) {
    const target = targets.find((t) => t.name === asked.target);
    if (!target) continue;
    const indirect = target.kind === 'redis' && served;
    const item = indirect ? { ...asked, plan: { ...asked.plan, affects: [] } } : asked;
    const { id, state } = await storeProposal(store, target.stackId, target.id, item);
    current.push(id);
    if (state !== 'applied' && isProvable(item.plan) && item.plan.affects.length > 0) provable.push(id);
  }
  // Only targets that were looked at: a proposal of one that did not answer may well stand.
  const looked = targets.filter((t) => snapshots.has(t.name) || others.has(t.name)).map((t) => t.id);
  await store.db.change.updateMany({
    where: {
      targetId: { in: looked },
      state: { in: ['proposed', 'rolled-back'] },
      id: { notIn: current },
      optimization: { notIn: [...plannedByHand] },
    },
    data: { state: 'obsolete' },
  });
  return provable;
}

function statementsOf(facts: Record<string, unknown>): string[] {
  return z.array(z.string()).safeParse(facts.statements).data ?? [];
}

async function storeProposal(
  store: Store,
  stackId: number,
  targetId: number,
  item: PlannedChange,
): Promise<{ id: number; state: string }> {
  const { plan, findingKey } = item;
  const finding = await store.db.finding.findUnique({
    where: { stackId_key: { stackId, key: findingKey } },
    select: { id: true },
  });
  const data = {
    findingId: finding?.id ?? null,
    optimization: plan.optimization,
    title: plan.title,
    subject: plan.subject,
    plan: plan as object,
  };
  const where = { targetId_key: { targetId, key: plan.key } };
  const row = await store.db.change.upsert({
    where,
    create: { ...data, targetId, key: plan.key },
    update: {},
  });
  // On condition of the state, in one statement: a worker may be taking the change in hand just now.
  await store.db.change.updateMany({ where: { id: row.id, state: { in: refreshable } }, data });
  await store.db.change.updateMany({ where: { id: row.id, state: 'obsolete' }, data: { state: 'proposed' } });
  return row;
}
