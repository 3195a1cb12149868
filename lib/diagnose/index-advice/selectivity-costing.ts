import type { PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { PlanNode } from '@/lib/targets/postgres/explain';
import type { Candidate } from './candidates';
import { selectivity } from './selectivity';

/** Planner constants (defaults of PostgreSQL): cost of a row read through an index, and of one descent. */
const cpuIndexRow = 0.005 + 0.01 + 0.0025;
/** Inner pages of a btree are in memory; a descent reads about one page that is not. */
const pagesOfDescent = 1;
/** An index that leaves a larger share of the rows than this is read for no gain: pages are then read at random that a scan reads in order. */
const mostSelected = 0.1;

interface Place {
  node: PlanNode;
  /** How often the node is carried out, as far as it is carried out: loops of nested loops, fraction under a LIMIT. */
  times: number;
  /** Rows that the innermost LIMIT above wants, when nothing in between must read all first. */
  limit: number | null;
  /** The join that it is an input of, with the plan of the other input, when nothing but hashing or sorting is between. */
  join: { node: PlanNode; other: PlanNode; times: number } | null;
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
 * Share of a plan's cost that a candidate index saves, 0..1, estimated without HypoPG: the cost of reaching its
 * rows through the index, from pg_stats selectivity and the planner's own constants, in place of what the
 * plan spends on that table now. 0 when the plan does not read the table or the index would not be selective.
 */
export function estimateSaving(plan: PlanNode, candidate: Candidate, snapshot: PostgresSnapshot): number {
  const table = snapshot.tables.find((t) => t.schema === candidate.schema && t.name === candidate.table);
  if (!table) return 0;
  const randomPage = Number(snapshot.settings.find((s) => s.name === 'random_page_cost')?.value ?? 4);
  let saved = 0;
  for (const place of placesOf(plan)) {
    const { node } = place;
    if (node['Relation Name'] !== candidate.table || (node.Schema ?? candidate.schema) !== candidate.schema)
      continue;
    if (node.Alias !== undefined && node.Alias !== candidate.ref) continue;
    saved += Math.max(0, savedAt(place, candidate, table, randomPage));
  }
  return Math.min(1, saved / Math.max(plan['Total Cost'], saved, 1e-9));
}

function savedAt(place: Place, candidate: Candidate, table: PgTable, randomPage: number): number {
  const column = (name: string) => table.columns.find((c) => c.name === name);
  const share = candidate.columns.reduce((s, c) => s * selectivity(column(c.name), table, c.role), 1);
  const lookup = (rows: number) => {
    const pages = Math.min(rows, Math.max(1, table.pages));
    return (pagesOfDescent + pages) * randomPage + rows * cpuIndexRow;
  };
  const now = place.node['Total Cost'] * place.times;
  if (candidate.columns.some((c) => c.role === 'join')) {
    if (place.join === null) return 0;
    const { node: join, other, times } = place.join;
    const outer = Math.max(1, other['Plan Rows']);
    const looped = other['Total Cost'] + outer * lookup(Math.max(1, table.rows * share));
    return (join['Total Cost'] - looped) * times;
  }
  const ordered = candidate.columns.some((c) => c.role === 'order');
  const matching = Math.max(1, table.rows * share);
  if (ordered && place.limit !== null) {
    // In order, reading stops at the LIMIT; conditions that the index does not hold let only a part through.
    const passing = Math.min(1, Math.max(1, place.node['Plan Rows']) / matching);
    return now - lookup(Math.min(matching, place.limit / Math.max(passing, 1e-9)));
  }
  if (share > mostSelected) return 0;
  const read = place.limit === null ? matching : Math.min(matching, place.limit);
  return now - lookup(read) * Math.max(1, place.times);
}

function* placesOf(plan: PlanNode): Generator<Place> {
  yield* walk({ node: plan, times: 1, limit: null, join: null });
}

function* walk(place: Place): Generator<Place> {
  const { node, times } = place;
  if (scanning.has(node['Node Type'])) yield place;
  const children = node.Plans ?? [];
  for (const child of children) yield* walk({ node: child, ...below(place, child, children, times) });
}

function below(
  { node, limit, join }: Place,
  child: PlanNode,
  children: PlanNode[],
  times: number,
): Omit<Place, 'node'> {
  const type = node['Node Type'];
  if (type === 'Limit') {
    const part = Math.min(1, node['Total Cost'] / Math.max(child['Total Cost'], 1e-9));
    return { times: times * part, limit: node['Plan Rows'], join: null };
  }
  if (joining.has(type) && children.length === 2) {
    const other = children[0] === child ? children[1] : children[0];
    const inner = children[1] === child;
    const loops = type === 'Nested Loop' && inner && other ? Math.max(1, other['Plan Rows']) : 1;
    return { times: times * loops, limit: null, join: other ? { node, other, times } : null };
  }
  // A sort that an index would make unnecessary lets the LIMIT through; other blocking nodes read all first.
  const sort = type === 'Sort' || type === 'Incremental Sort';
  return {
    times,
    limit: blocking.has(type) && !sort ? null : limit,
    join: preparing.has(type) ? join : null,
  };
}
