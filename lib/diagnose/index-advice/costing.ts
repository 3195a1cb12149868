import type pg from 'pg';
import type { IndexShape } from '@/lib/contracts/index-shape';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import type { IndexAdvice, WorkloadStatement } from '../types';
import { prepareCosting } from '../workload/generic-plan';
import type { Candidate } from './candidates';
import type { Facts } from './facts';
import { HypotheticalIndexes, hypopgSchema } from './hypopg-costing';
import { bySelectivity } from './selectivity-costing';
import { shapeKey } from './shape';

/** Statements that the planner thinks cheaper than this (units of a sequential page read) gain nothing: Dexter's --min-cost. */
export const leastCost = 100;

/** A statement with the indexes that it could use. */
export interface Wanting {
  item: WorkloadStatement;
  candidates: Candidate[];
}

/** The planner's cost of a statement beside some indexes, and the keys (shapeKey) of those that its plan uses. */
export interface Costed {
  cost: number;
  used: ReadonlySet<string>;
}

export interface Costing {
  basis: IndexAdvice['basis'];
  /** Null for a statement that does not plan without its values. */
  cost(wanting: Wanting, indexes: readonly IndexShape[]): Promise<Costed | null>;
}

/** The best costing that the target offers: HypoPG, else selectivity. Answers are kept and found again. */
export async function costingFor(client: pg.Client, facts: Facts): Promise<Costing> {
  await prepareCosting(client);
  const hypopg = await hypopgSchema(client);
  if (hypopg === null) return remembered('selectivity', bySelectivity(client, facts));
  const indexes = new HypotheticalIndexes(client, hypopg);
  const estimate = bySelectivity(client, facts);
  return remembered('hypopg', async (w, shapes) => {
    const known = await indexes.cost(
      w.item,
      shapes.filter((s) => s.method === 'btree'),
    );
    // HypoPG has no GIN: what such an index saves of the statement is estimated.
    const gin = shapes.filter((s) => s.method === 'gin');
    if (gin.length === 0) return known;
    const [without, beside] = [await estimate(w, []), await estimate(w, gin)];
    return {
      cost: Math.min(known.cost, beside.cost + Math.max(0, known.cost - without.cost)),
      used: new Set([...known.used, ...beside.used]),
    };
  });
}

/** The operator class for trigrams with its schema, null where pg_trgm is not installed. */
export async function trigramOpclass(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>(
    `select /* ratchet */ n.nspname::text as schema from pg_catalog.pg_opclass o
     join pg_catalog.pg_namespace n on n.oid = o.opcnamespace where o.opcname = 'gin_trgm_ops' limit 1`,
  );
  const schema = rows[0]?.schema;
  return schema === undefined ? null : `${displayIdentifier(schema)}.gin_trgm_ops`;
}

/**
 * Remembers costs by statement and the indexes that bear on it. A cost beside some indexes also holds beside
 * fewer, as long as those that the plan uses are among them.
 */
function remembered(basis: Costing['basis'], ask: Costing['cost']): Costing {
  const known = new Map<Wanting, { among: ReadonlySet<string>; costed: Costed | null }[]>();
  return {
    basis,
    async cost(wanting, indexes) {
      const relevant = indexes.filter((index) => bearsOn(index, wanting));
      const keys = relevant.map(shapeKey);
      const answers = known.get(wanting) ?? [];
      const same = answers.find(
        ({ among, costed }) =>
          keys.every((k) => among.has(k)) &&
          (costed === null || among.size === keys.length || [...costed.used].every((k) => keys.includes(k))),
      );
      if (same) return same.costed;
      const costed = await ask(wanting, relevant).catch(unlessPlanning);
      answers.push({ among: new Set(keys), costed });
      known.set(wanting, answers);
      return costed;
    },
  };
}

/** Whether a statement could use an index: it leads like one of its candidates. */
export function bearsOn(index: IndexShape, wanting: Wanting): boolean {
  let known = leading.get(wanting);
  if (!known) {
    known = new Set(wanting.candidates.map(({ shape }) => leadOf(shape)));
    leading.set(wanting, known);
  }
  return known.has(leadOf(index));
}

const leadOf = (s: IndexShape) => `${s.schema}\0${s.table}\0${s.columns[0]}`;
const leading = new WeakMap<Wanting, ReadonlySet<string>>();

/**
 * A statement that cannot be planned without its values (SQLSTATE class 42 or 22) has no cost, and gains
 * nothing; any other error is the connection's and is thrown on.
 */
function unlessPlanning(error: unknown): null {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null;
  if (typeof code === 'string' && /^(42|22|0A|57014|55P03)/.test(code)) return null;
  throw error;
}
