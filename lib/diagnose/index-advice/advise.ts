import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { Advice, IndexAdvice, WorkloadStatement } from '../types';
import { candidatesOf } from './candidates';
import { bearsOn, type Costing, leastCost, type Wanting } from './costing';
import { extend } from './extend';
import { type Facts, factsOf } from './facts';
import { type Goal, leastTime } from './goal';
import { hintsOf } from './hints';
import { indexSize } from './index-size';
import { madeRedundant } from './redundant';
import { burdenOf, writeCost } from './write-cost';

/** An index is worth it when it saves this share of one statement's cost … (RULES.md; Dexter's default is 50 %) */
export const leastStatementSaving = 0.5;
/** … or this share of the whole workload's. */
export const leastWorkloadSaving = 0.1;
/** A statement counts for the first when it has this share of database time, or this mean time in ms. */
export const leastShare = 0.01;
export const leastMeanMs = 20;
/** Statements whose indexes are looked for, costliest first. */
const mostStatements = 60;
/** Savings below this are the planner's noise and are not listed. */
const leastListed = 0.05;
/** Time for selecting, ms, all statements and steps together; working out what each index saves comes on top. */
const timeMs = 7_500;
/** Storage budget where none is given: this share of the tables' bytes … */
const budgetShare = 0.5;
/** … and no index that fits into so little is left out for it, bytes. */
const budgetFloor = 64_000_000;

export interface AdviseOptions {
  goal?: Goal;
  /** Storage for all new indexes together, bytes. */
  budgetBytes?: number;
  /** See leastStatementSaving. */
  statementSaving?: number;
  /** Operator class for trigrams; null where pg_trgm is not installed. */
  trigrams?: string | null;
  now?: () => number;
  timeMs?: number;
}

/** Half of what the tables take, bytes: the default budget. Partitions count, their parents do not. */
export function defaultBudget(snapshot: PostgresSnapshot): number {
  const heap = snapshot.tables.reduce(
    (sum, t) => (t.kind === 'r' || t.kind === 'm' ? sum + Math.min(t.tableBytes, t.pages * 8192) : sum),
    0,
  );
  return Math.floor(heap * budgetShare);
}

/**
 * The indexes that a workload wants, selected by the Extend method under a storage budget; each one left has to be
 * worth it beside the others. The deadline bounds the time spent; what was chosen by then is returned.
 */
export async function adviseIndexes(
  workload: readonly WorkloadStatement[],
  snapshot: PostgresSnapshot,
  costing: Costing,
  options: AdviseOptions = {},
): Promise<Advice> {
  const clock = options.now ?? Date.now;
  const deadline = clock() + (options.timeMs ?? timeMs);
  const goal = options.goal ?? leastTime(snapshot);
  const facts = factsOf(snapshot);
  const wanting = workload
    .slice(0, options.goal ? workload.length : mostStatements)
    .map((item) => ({
      item,
      candidates: item.analysis ? candidatesOf(item.analysis, facts, options.trigrams) : [],
    }))
    .filter((w) => w.candidates.length > 0);
  const shares = new Map<string, number>();
  for (const c of wanting.flatMap((w) => w.candidates)) shares.set(partOf(c.shape), c.share ?? 1);
  const sizeOf = (index: IndexShape) => {
    const table = facts.table(index.schema, index.table);
    return table ? indexSize(table, index, shares.get(partOf(index)) ?? 1) : 0;
  };
  const budgetBytes = options.budgetBytes ?? Math.max(budgetFloor, defaultBudget(snapshot));
  const selection = await extend({
    wanting,
    costing,
    goal,
    budgetBytes,
    sizeOf,
    burdenOf: (index) => burdenOf(index, workload, goal.share),
    outOfTime: () => clock() >= deadline,
  });
  const least = options.statementSaving ?? leastStatementSaving;
  const kept = await worthIt(costing, goal, selection.base, selection.chosen, least);
  const indexes: IndexAdvice[] = [];
  for (const index of kept)
    indexes.push(
      await toAdvice(index, kept, { costing, goal, facts, workload, base: selection.base, sizeOf }),
    );
  const weight = (a: IndexAdvice) => a.gains.reduce((sum, g) => sum + g.share * g.saves, 0);
  return {
    indexes: indexes.sort((a, b) => weight(b) - weight(a)),
    basis: costing.basis,
    budgetBytes,
    beyondBudget: selection.beyondBudget.map((shape) => ({ ...shape, sizeBytes: sizeOf(shape) })),
    cutShort: selection.cutShort,
    hints: hintsOf(workload, facts, options.trigrams ?? null),
  };
}

/** The part of a table that an index holds. */
const partOf = ({ schema, table, predicate }: IndexShape) => JSON.stringify([schema, table, predicate]);

/** What an index saves of each statement beside the others. */
async function savings(
  costing: Costing,
  base: ReadonlyMap<Wanting, number>,
  kept: readonly IndexShape[],
  index: IndexShape,
): Promise<{ w: Wanting; first: number; without: number; after: number }[]> {
  const others = kept.filter((k) => k !== index);
  const found: { w: Wanting; first: number; without: number; after: number }[] = [];
  for (const [w, first] of base) {
    if (!bearsOn(index, w)) continue;
    const without = await costing.cost(w, others);
    const after = await costing.cost(w, kept);
    if (without && after) found.push({ w, first, without: without.cost, after: after.cost });
  }
  return found;
}

/** Drops the index that is worth least, as long as it is not worth it beside the others. */
async function worthIt(
  costing: Costing,
  goal: Goal,
  base: ReadonlyMap<Wanting, number>,
  chosen: readonly IndexShape[],
  leastSaving: number,
): Promise<IndexShape[]> {
  let kept = [...chosen];
  for (;;) {
    let least: { index: IndexShape; gain: number } | null = null;
    for (const index of kept) {
      let gain = 0;
      let worth = false;
      for (const { w, first, without, after } of await savings(costing, base, kept, index)) {
        const share = goal.share(w.item);
        gain += (share * (without - after)) / first;
        const counts = share >= leastShare || w.item.statement.meanMs >= leastMeanMs;
        if (counts && without >= leastCost && 1 - after / without >= leastSaving) worth = true;
      }
      if (worth || gain >= leastWorkloadSaving) continue;
      if (least === null || gain < least.gain) least = { index, gain };
    }
    if (least === null) return kept;
    const { index } = least;
    kept = kept.filter((k) => k !== index);
  }
}

interface About {
  costing: Costing;
  goal: Goal;
  facts: Facts;
  workload: readonly WorkloadStatement[];
  base: ReadonlyMap<Wanting, number>;
  sizeOf(index: IndexShape): number;
}

async function toAdvice(
  index: IndexShape,
  kept: readonly IndexShape[],
  { costing, goal, facts, workload, base, sizeOf }: About,
): Promise<IndexAdvice> {
  const gains: IndexAdvice['gains'] = [];
  for (const { w, first, without, after } of await savings(costing, base, kept, index)) {
    const saves = (without - after) / first;
    const relative = 1 - after / without;
    if (saves < leastListed && relative < leastListed) continue;
    const { queryId, calls, meanMs } = w.item.statement;
    gains.push({ queryId, calls, meanMs, share: goal.share(w.item), saves, before: first, without, after });
  }
  gains.sort((a, b) => b.share * b.saves - a.share * a.saves);
  return {
    ...index,
    gains,
    basis: index.method === 'gin' ? 'selectivity' : costing.basis,
    sizeBytes: sizeOf(index),
    redundant: madeRedundant(index, facts),
    writes: writeCost(index, workload, facts),
  };
}
