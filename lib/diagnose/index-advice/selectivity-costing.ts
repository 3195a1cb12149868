import type pg from 'pg';
import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import type { PlanNode } from '@/lib/targets/postgres/explain';
import { genericPlan } from '../workload/generic-plan';
import type { Candidate } from './candidates';
import type { Costed, Wanting } from './costing';
import type { Facts } from './facts';
import { indexSize } from './index-size';
import { selectivity } from './selectivity';
import { shapeKey } from './shape';

/** Planner constants (defaults of PostgreSQL): cost of a row read through an index, and of one descent. */
const cpuIndexRow = 0.005 + 0.01 + 0.0025;
/** Inner pages of a btree are in memory; a descent reads about one page that is not. */
const pagesOfDescent = 1;
/** An index that leaves a larger share of the rows than this is read for no gain: pages are then read at random that a scan reads in order. */
const mostSelected = 0.1;
/** What a statement costs at least however well it is served: one descent of an index. */
const floorCost = 4;
/** Pages that a GIN search reads beside the rows: some keys are looked up. */
const ginLookups = 3;
const pageBytes = 8192;

interface Place {
  node: PlanNode;
  /** How often the node is carried out, as far as it is carried out: loops of nested loops, fraction under a LIMIT. */
  times: number;
  /** Rows that the innermost LIMIT above wants, when nothing in between must read all first. */
  limit: number | null;
  /** The join that it is an input of, with the plan of the other input, when nothing but hashing or sorting is between. */
  join: { node: PlanNode; other: PlanNode; times: number } | null;
  /** It is in a subquery that is carried out for each row outside: a join with the outside is a lookup. */
  correlated: boolean;
}

const blocking = new Set([
  'Sort',
  'Incremental Sort',
  'Aggregate',
  'Hash',
  'Materialize',
  'SetOp',
  'WindowAgg',
  'Unique',
]);
/** What stands between a join and its input without changing which rows come. */
const preparing = new Set(['Hash', 'Sort', 'Incremental Sort', 'Materialize', 'Memoize']);
const joining = new Set(['Nested Loop', 'Hash Join', 'Merge Join']);
const scanning = new Set(['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);

/**
 * Costs statements without HypoPG: the plan as it is, less what the best index for each of its tables would save.
 */
export function bySelectivity(
  client: pg.Client,
  facts: Facts,
): (wanting: Wanting, indexes: readonly IndexShape[]) => Promise<Costed> {
  const plans = new Map<Wanting, PlanNode>();
  const savings = new Map<Candidate, number>();
  return async (wanting, indexes) => {
    let plan = plans.get(wanting);
    if (plan === undefined) {
      plan = await genericPlan(client, wanting.item);
      plans.set(wanting, plan);
    }
    const best = new Map<string, { saved: number; key: string }>();
    for (const candidate of wanting.candidates) {
      const index = indexes.find((i) => serves(i, candidate));
      if (!index) continue;
      const saved = savings.get(candidate) ?? estimateSaving(plan, candidate, facts);
      savings.set(candidate, saved);
      if (saved > (best.get(candidate.ref)?.saved ?? 0))
        best.set(candidate.ref, { saved, key: shapeKey(index) });
    }
    const total = plan['Total Cost'];
    const saved = [...best.values()].reduce((sum, b) => sum + b.saved, 0);
    return {
      cost: Math.max(Math.min(total, floorCost), total * (1 - Math.min(1, saved))),
      used: new Set([...best.values()].map((b) => b.key)),
    };
  };
}

/** An index serves a candidate that begins it, and whose included columns it holds. */
function serves(index: IndexShape, { shape, covering }: Candidate): boolean {
  return (
    index.schema === shape.schema &&
    index.table === shape.table &&
    index.method === shape.method &&
    index.opclass === shape.opclass &&
    index.predicate === shape.predicate &&
    shape.columns.every(
      (c, i) => index.columns[i] === c && index.expressions.includes(i) === shape.expressions.includes(i),
    ) &&
    (!covering || shape.include.every((c) => index.include.includes(c) || index.columns.includes(c)))
  );
}

/**
 * Share of a plan's cost that a candidate index saves, 0..1: the cost of reaching its rows through the index,
 * from pg_stats selectivity and the planner's own constants, in place of what the plan spends on that table now.
 * 0 when the plan does not read the table or the index would not be selective.
 */
function estimateSaving(plan: PlanNode, candidate: Candidate, facts: Facts): number {
  const { schema, table: name } = candidate.shape;
  const table = facts.table(schema, name);
  if (!table) return 0;
  const randomPage = Number(facts.snapshot.settings.find((s) => s.name === 'random_page_cost')?.value ?? 4);
  let saved = 0;
  for (const place of placesOf(plan)) {
    const { node } = place;
    if (node['Relation Name'] !== name || (node.Schema ?? schema) !== schema) continue;
    if (node.Alias !== undefined && !isAlias(node.Alias, candidate.ref)) continue;
    saved += Math.max(0, savedAt(place, candidate, table, facts, randomPage));
  }
  return Math.min(1, saved / Math.max(plan['Total Cost'], saved, 1e-9));
}

/** EXPLAIN tells two uses of one name apart as `t` and `t_1`, the analysis as `t` and `t#2`. */
function isAlias(alias: string, ref: string): boolean {
  const name = ref.replace(/#\d+$/, '');
  return alias === name || (alias.startsWith(`${name}_`) && /^\d+$/.test(alias.slice(name.length + 1)));
}

function savedAt(
  place: Place,
  candidate: Candidate,
  table: PgTable,
  facts: Facts,
  randomPage: number,
): number {
  const share = candidate.columns.reduce(
    (s, c) => s * selectivity(facts.column(table, c.of ?? c.name), table, c.role),
    candidate.share ?? 1,
  );
  const indexPages = indexSize(table, candidate.shape) / pageBytes;
  const lookup = (rows: number) => {
    const pages = candidate.covering
      ? (indexPages * rows) / Math.max(1, table.rows)
      : Math.min(rows, Math.max(1, table.pages));
    return (pagesOfDescent + pages) * randomPage + rows * cpuIndexRow;
  };
  const now = place.node['Total Cost'] * place.times;
  if (candidate.shape.method === 'gin') {
    // What matches is the planner's own guess; several keys are looked up and the rows found checked again.
    const rows = Math.max(1, place.node['Plan Rows']);
    if (rows > mostSelected * table.rows) return 0;
    return now - (lookup(rows) + ginLookups * randomPage) * Math.max(1, place.times);
  }
  const matching = Math.max(1, table.rows * share);
  if (candidate.columns.some((c) => c.role === 'join')) {
    const looked = place.correlated ? now - lookup(matching) * place.times : 0;
    if (place.join === null) return looked;
    const { node: join, other, times } = place.join;
    const outer = Math.max(1, other['Plan Rows']);
    return Math.max(looked, (join['Total Cost'] - other['Total Cost'] - outer * lookup(matching)) * times);
  }
  const ordered = candidate.columns.some((c) => c.role === 'order');
  if (ordered && place.limit !== null) {
    // In order, reading stops at the LIMIT; conditions that the index does not hold let only a part through.
    const passing = Math.min(1, Math.max(1, place.node['Plan Rows']) / matching);
    return now - lookup(Math.min(matching, place.limit / Math.max(passing, 1e-9)));
  }
  if (share > mostSelected && !candidate.covering) return 0;
  const read = place.limit === null ? matching : Math.min(matching, place.limit);
  return now - lookup(read) * Math.max(1, place.times);
}

function* placesOf(plan: PlanNode): Generator<Place> {
  yield* walk({ node: plan, times: 1, limit: null, join: null, correlated: false });
}

function* walk(place: Place): Generator<Place> {
  const { node, times } = place;
  if (scanning.has(node['Node Type'])) yield place;
  const children = node.Plans ?? [];
  for (const child of children) yield* walk({ node: child, ...below(place, child, children, times) });
}

function below(
  { node, limit, join, correlated }: Place,
  child: PlanNode,
  children: PlanNode[],
  times: number,
): Omit<Place, 'node'> {
  const type = node['Node Type'];
  const relation = child['Parent Relationship'];
  if (relation === 'InitPlan') return { times: 1, limit: null, join: null, correlated: false };
  if (relation === 'SubPlan') {
    // How often it runs is not told: what the node costs beyond its inputs is taken as the subquery's runs.
    const inputs = children.filter((c) => c['Parent Relationship'] !== 'SubPlan');
    const beyond = node['Total Cost'] - inputs.reduce((sum, c) => sum + c['Total Cost'], 0);
    const runs = Math.max(1, beyond / Math.max(child['Total Cost'], 1e-9));
    return { times: times * runs, limit: null, join: null, correlated: true };
  }
  if (type === 'Limit') {
    const part = Math.min(1, node['Total Cost'] / Math.max(child['Total Cost'], 1e-9));
    return { times: times * part, limit: node['Plan Rows'], join: null, correlated };
  }
  if (joining.has(type) && children.length >= 2) {
    const [outer, inner] = children;
    const other = outer === child ? inner : outer;
    const loops = type === 'Nested Loop' && inner === child && outer ? Math.max(1, outer['Plan Rows']) : 1;
    return {
      times: times * loops,
      limit: null,
      join: other ? { node, other, times } : null,
      correlated,
    };
  }
  // A sort that an index would make unnecessary lets the LIMIT through; other blocking nodes read all first.
  const sort = type === 'Sort' || type === 'Incremental Sort';
  return {
    times,
    limit: blocking.has(type) && !sort ? null : limit,
    join: preparing.has(type) ? join : null,
    correlated,
  };
}
