import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import type { Diagnosis, Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { catalogue, commandCatalogue } from './catalogue';
import { IndexFacts } from './postgres/index-sql';

/** A plan with the finding it answers. */
export interface PlannedChange {
  target: string;
  plan: ChangePlan;
  findingKey: string;
  /** Expected saving of database time, 0..1; 0 where none is estimated. */
  gain: number;
}

const Gain = z.object({ gain: z.number().default(0) });

/**
 * The changes that answer a diagnosis, greatest expected gain first. Where two findings ask for the same change
 * it is planned once, for the one that gains more; an index that another planned index begins with is left out.
 * `nameOf` gives the probe names of queryids, for `affects`; `others` holds what was read of targets that are not
 * Postgres. Pure.
 */
export function planChanges(
  diagnosis: Diagnosis,
  snapshots: ReadonlyMap<string, PostgresSnapshot>,
  nameOf: (target: string, queryIds: readonly string[]) => string[] = () => [],
  others: ReadonlyMap<string, unknown> = new Map(),
): PlannedChange[] {
  const planned: PlannedChange[] = [];
  for (const finding of diagnosis.findings) {
    planned.push(...planCommands(finding, others));
    const snapshot = snapshots.get(finding.target);
    if (!snapshot) continue;
    for (const optimization of catalogue) {
      if (!finding.optimizations.includes(optimization.meta.id)) continue;
      for (const plan of optimization.propose(finding, snapshot))
        planned.push(toPlanned(finding, plan, nameOf));
    }
  }
  planned.sort((a, b) => b.gain - a.gain);
  const first = planned.filter(
    (p, i) => planned.findIndex((q) => q.target === p.target && q.plan.key === p.plan.key) === i,
  );
  return first.filter((p) => !first.some((q) => q !== p && q.target === p.target && begins(p.plan, q.plan)));
}

function planCommands(finding: Finding, others: ReadonlyMap<string, unknown>): PlannedChange[] {
  if (!others.has(finding.target)) return [];
  return commandCatalogue
    .filter(({ meta }) => finding.optimizations.includes(meta.id))
    .flatMap((o) => o.propose(finding, others.get(finding.target)))
    .map((plan) => ({
      target: finding.target,
      plan,
      findingKey: finding.key,
      gain: Gain.parse(finding.facts).gain,
    }));
}

function toPlanned(
  finding: Finding,
  plan: ChangePlan,
  nameOf: (target: string, queryIds: readonly string[]) => string[],
): PlannedChange {
  const statements = z.array(z.string()).safeParse(plan.facts.statements).data ?? [];
  return {
    target: finding.target,
    plan: { ...plan, affects: nameOf(finding.target, statements) },
    findingKey: finding.key,
    gain: Gain.parse(finding.facts).gain,
  };
}

/** Whether the index of one plan is a beginning of the other's, and so served by it. */
function begins(a: ChangePlan, b: ChangePlan): boolean {
  const x = IndexFacts.safeParse(a.facts).data;
  const y = IndexFacts.safeParse(b.facts).data;
  if (!x || !y || x.schema !== y.schema || x.table !== y.table) return false;
  if (x.unique || x.predicate !== null || y.predicate !== null) return false;
  return x.columns.length < y.columns.length && x.columns.every((c, i) => y.columns[i] === c);
}
