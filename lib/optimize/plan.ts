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
  /** It is tried before all others: what they gain depends on it. */
  first: boolean;
  /** Expected saving of database time, 0..1; 0 where none is estimated. */
  gain: number;
}

const Rank = z.object({ first: z.boolean().default(false), gain: z.number().default(0) });

/**
 * The changes that answer a diagnosis: those that others depend on, then by greatest expected gain. Where two findings ask for the same change
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
  planned.sort((a, b) => Number(b.first) - Number(a.first) || b.gain - a.gain);
  const once = new Map<string, PlannedChange>();
  for (const p of planned) {
    const key = `${p.target}\0${p.plan.key}`;
    if (!once.has(key)) once.set(key, p);
  }
  return withoutBeginnings([...once.values()]);
}

/** Leaves out indexes that another planned one begins with, and so serves as well. */
function withoutBeginnings(planned: PlannedChange[]): PlannedChange[] {
  const ofTable = new Map<string, { of: PlannedChange; index: IndexFacts }[]>();
  const known = new Map<PlannedChange, { index: IndexFacts; table: string }>();
  for (const of of planned) {
    const index = IndexFacts.safeParse(of.plan.facts).data;
    if (!index) continue;
    const table = [of.target, index.schema, index.table].join('\0');
    known.set(of, { index, table });
    ofTable.set(table, [...(ofTable.get(table) ?? []), { of, index }]);
  }
  return planned.filter((p) => {
    const own = known.get(p);
    return !own || !(ofTable.get(own.table) ?? []).some((o) => o.of !== p && begins(own.index, o.index));
  });
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
      ...Rank.parse(finding.facts),
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
    ...Rank.parse(finding.facts),
  };
}

/** Whether an index is a beginning of another of the same table. */
function begins(x: IndexFacts, y: IndexFacts): boolean {
  if (x.unique || x.predicate !== null || y.predicate !== null) return false;
  return x.columns.length < y.columns.length && x.columns.every((c, i) => y.columns[i] === c);
}
