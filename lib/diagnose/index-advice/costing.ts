import type pg from 'pg';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { PlanNode } from '@/lib/targets/postgres/explain';
import type { IndexAdvice, WorkloadStatement } from '../types';
import { genericPlan, prepareCosting } from '../workload/generic-plan';
import type { Candidate } from './candidates';
import { hypopgSchema, hypotheticalCost, type IndexColumns } from './hypopg-costing';
import { estimateSaving } from './selectivity-costing';

/** Statements that the planner thinks cheaper than this (units of a sequential page read) gain nothing: Dexter's --min-cost. */
export const leastCost = 100;

/** A statement with the indexes that it could use. */
export interface Wanting {
  item: WorkloadStatement;
  candidates: Candidate[];
}

export interface Costing {
  basis: IndexAdvice['basis'];
  /** Share of the statement's cost that these indexes together save, 0..1; 0 for one that does not plan. */
  saving(wanting: Wanting, indexes: readonly IndexColumns[]): Promise<number>;
}

/** The best costing that the target offers: HypoPG, else selectivity. */
export async function costingFor(client: pg.Client, snapshot: PostgresSnapshot): Promise<Costing> {
  await prepareCosting(client);
  const hypopg = await hypopgSchema(client);
  return hypopg === null ? bySelectivity(client, snapshot) : byHypopg(client, hypopg);
}

function byHypopg(client: pg.Client, hypopg: string): Costing {
  const costs = new Map<string, number | null>();
  const cost = async ({ item, candidates }: Wanting, indexes: readonly IndexColumns[]) => {
    const relevant = indexes.filter((i) =>
      candidates.some((c) => c.schema === i.schema && c.table === i.table),
    );
    const key = `${item.statement.queryId} ${relevant
      .map((i) => JSON.stringify(i))
      .sort()
      .join()}`;
    const known = costs.get(key);
    if (known !== undefined) return known;
    const found = await hypotheticalCost(client, hypopg, item, relevant).catch(unlessPlanning);
    costs.set(key, found);
    return found;
  };
  return {
    basis: 'hypopg',
    async saving(wanting, indexes) {
      const base = await cost(wanting, []);
      const then = base === null ? null : await cost(wanting, indexes);
      return base === null || then === null || base < leastCost ? 0 : Math.max(0, 1 - then / base);
    },
  };
}

function bySelectivity(client: pg.Client, snapshot: PostgresSnapshot): Costing {
  const plans = new Map<string, PlanNode | null>();
  return {
    basis: 'selectivity',
    async saving({ item, candidates }, indexes) {
      const id = item.statement.queryId;
      let plan = plans.get(id);
      if (plan === undefined) {
        plan = await genericPlan(client, item).catch(unlessPlanning);
        plans.set(id, plan);
      }
      if (plan === null || plan['Total Cost'] < leastCost) return 0;
      // Each table of the statement is reached through the one index that serves it best.
      const best = new Map<string, number>();
      for (const candidate of candidates) {
        if (!indexes.some((index) => serves(index, candidate))) continue;
        const saved = estimateSaving(plan, candidate, snapshot);
        best.set(candidate.ref, Math.max(best.get(candidate.ref) ?? 0, saved));
      }
      return Math.min(
        1,
        [...best.values()].reduce((a, b) => a + b, 0),
      );
    },
  };
}

/** An index serves a candidate that is a beginning of it. */
function serves(index: IndexColumns, candidate: Candidate): boolean {
  return (
    index.schema === candidate.schema &&
    index.table === candidate.table &&
    candidate.columns.every((c, i) => index.columns[i] === c.name)
  );
}

/**
 * A statement that cannot be planned without its values (SQLSTATE class 42 or 22) has no cost, and gains
 * nothing; any other error is the connection's and is thrown on.
 */
function unlessPlanning(error: unknown): null {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
  if (typeof code === 'string' && /^(42|22|0A|57014|55P03)/.test(code)) return null;
  throw error;
}
