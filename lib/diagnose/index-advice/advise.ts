import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { IndexAdvice, WorkloadStatement } from '../types';
import { type Candidate, candidateKey, candidatesOf } from './candidates';
import type { Costing, Wanting } from './costing';
import type { IndexColumns } from './hypopg-costing';
import { indexSize } from './index-size';

/** An index is worth it when it saves this share of one statement's cost … (RULES.md; Dexter's default is 50 %) */
export const leastStatementSaving = 0.5;
/** … or this share of the whole workload's. */
export const leastWorkloadSaving = 0.1;
/** A statement counts for the first when it has this share of database time, or this mean time in ms. */
export const leastShare = 0.01;
export const leastMeanMs = 20;
/** What a further column must bring to be taken, relative to the gain. */
const columnPenalty = 0.02;
/** Statements whose indexes are looked for, costliest first. */
const mostStatements = 60;
/** Savings below this are the planner's noise and are not listed. */
const leastListed = 0.05;
const budgetMs = 20_000;

/**
 * The indexes that a workload wants: greedy, each step taking the index with the greatest further saving over
 * all statements, until none is worth it. `now` and the deadline bound the time spent; what was chosen by then
 * is returned.
 */
export async function adviseIndexes(
  workload: readonly WorkloadStatement[],
  snapshot: PostgresSnapshot,
  costing: Costing,
  now: () => number = Date.now,
): Promise<IndexAdvice[]> {
  const deadline = now() + budgetMs;
  const total = Math.max(snapshot.statementsTotalMs, 1e-9);
  const share = (w: Wanting) => Math.min(1, w.item.statement.totalMs / total);
  const wanting = workload
    .filter((item) => item.analysis !== null)
    .slice(0, mostStatements)
    .map((item) => ({ item, candidates: item.analysis ? candidatesOf(item.analysis, snapshot) : [] }))
    .filter((w) => w.candidates.length > 0);
  const remaining = new Map<string, { index: IndexColumns; weight: number }>();
  for (const c of wanting.flatMap((w) => w.candidates)) {
    const weight = weightOf(c, workload, snapshot);
    const key = candidateKey(c);
    remaining.set(key, { index: columnsOf(c), weight: Math.max(weight, remaining.get(key)?.weight ?? 0) });
  }

  const chosen: IndexColumns[] = [];
  while (remaining.size > 0 && now() < deadline) {
    let best: { key: string; index: IndexColumns; score: number } | null = null;
    for (const [key, { index, weight }] of remaining) {
      if (now() >= deadline) break;
      const { gain, worth } = await furtherGain(costing, wanting, share, chosen, index);
      // Not worth it yet: a join's index may become so beside the index that finds the other table's rows.
      if (!worth) continue;
      const score = gain * weight;
      if (best === null || score > best.score) best = { key, index, score };
    }
    if (best === null) break;
    remaining.delete(best.key);
    chosen.push(best.index);
  }
  const kept = chosen.filter((index) => !chosen.some((other) => other !== index && isPrefix(index, other)));
  // One after the other: they share one connection and its hypothetical indexes.
  const advice: IndexAdvice[] = [];
  for (const index of kept) advice.push(await toAdvice(costing, wanting, share, kept, index, snapshot));
  return advice;
}

/**
 * What a gain counts for: less with each further column. A column that gives the order for a LIMIT behind equality
 * columns counts for more instead: costs are of the average value, and a frequent value has far more rows to sort
 * than that. Not so where the table's rows are often updated, since an index on what changes prevents HOT updates.
 */
function weightOf(c: Candidate, workload: readonly WorkloadStatement[], snapshot: PostgresSnapshot): number {
  const order = c.columns.filter((x) => x.role === 'order');
  const further = c.columns.length - 1;
  if (order.length === 0 || order.length === c.columns.length) return 1 - columnPenalty * further;
  const table = snapshot.tables.find((t) => t.schema === c.schema && t.name === c.table);
  const assigned = workload.some(
    ({ analysis }) =>
      analysis?.verb === 'update' &&
      analysis.parameters.some(
        (p) =>
          p.role === 'assignment' &&
          p.column?.schema === c.schema &&
          p.column.table === c.table &&
          order.some((o) => o.name === p.column?.column),
      ),
  );
  if (assigned || !table || table.updated > table.inserted) return 1 - columnPenalty * further;
  return 1 + columnPenalty * order.length;
}

async function furtherGain(
  costing: Costing,
  wanting: readonly Wanting[],
  share: (w: Wanting) => number,
  chosen: readonly IndexColumns[],
  index: IndexColumns,
): Promise<{ gain: number; worth: boolean }> {
  let gain = 0;
  let worth = false;
  for (const w of wanting) {
    if (!w.candidates.some((c) => c.schema === index.schema && c.table === index.table)) continue;
    const further = (await costing.saving(w, [...chosen, index])) - (await costing.saving(w, chosen));
    if (further <= 0) continue;
    gain += further * share(w);
    const counts = share(w) >= leastShare || w.item.statement.meanMs >= leastMeanMs;
    if (counts && further >= leastStatementSaving) worth = true;
  }
  return { gain, worth: worth || gain >= leastWorkloadSaving };
}

async function toAdvice(
  costing: Costing,
  wanting: readonly Wanting[],
  share: (w: Wanting) => number,
  kept: readonly IndexColumns[],
  index: IndexColumns,
  snapshot: PostgresSnapshot,
): Promise<IndexAdvice> {
  const others = kept.filter((k) => k !== index);
  const gains: IndexAdvice['gains'] = [];
  for (const w of wanting) {
    if (!w.candidates.some((c) => c.schema === index.schema && c.table === index.table)) continue;
    const { queryId, calls, meanMs } = w.item.statement;
    const saves = (await costing.saving(w, kept)) - (await costing.saving(w, others));
    if (saves >= leastListed) gains.push({ queryId, calls, meanMs, share: share(w), saves });
  }
  gains.sort((a, b) => b.share * b.saves - a.share * a.saves);
  const table = snapshot.tables.find((t) => t.schema === index.schema && t.name === index.table);
  return { ...index, gains, basis: costing.basis, sizeBytes: table ? indexSize(table, index.columns) : 0 };
}

function columnsOf(c: Candidate): IndexColumns {
  return { schema: c.schema, table: c.table, columns: c.columns.map((x) => x.name) };
}

function isPrefix(a: IndexColumns, b: IndexColumns): boolean {
  const sameTable = a.schema === b.schema && a.table === b.table;
  return sameTable && a.columns.length < b.columns.length && a.columns.every((c, i) => b.columns[i] === c);
}
