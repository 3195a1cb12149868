import type { PlanStep, PlanView } from '@/lib/contracts/plan';
import type { PlanNode } from '@/lib/targets/postgres/plan';
import { whyCostly } from './plan-words';

type Tree = Pick<PlanView, 'totalCost' | 'root' | 'costliest' | 'why'>;

/** Fields of EXPLAIN that say what a node does, as they are labelled for people. */
const details: [field: string, label: string][] = [
  ['Index Name', 'index'],
  ['Index Cond', 'index condition'],
  ['Recheck Cond', 'checked again'],
  ['Hash Cond', 'hash condition'],
  ['Merge Cond', 'merge condition'],
  ['Join Filter', 'join filter'],
  ['Filter', 'filter'],
  ['Sort Key', 'sorted by'],
  ['Group Key', 'grouped by'],
  ['Cache Key', 'remembered by'],
  ['Subplan Name', 'subplan'],
  ['CTE Name', 'CTE'],
];

/**
 * A plan as a tree of steps, each with the cost that is its own: the node's total without its children's, which count
 * once for each run. The inner side of a nested loop runs once per row of the outer side, unless it is remembered.
 * A LIMIT stops its child early, so that the child alone seems dearer than the whole; no own cost is below zero.
 */
export function planTree(plan: PlanNode): Tree {
  const sources = new Map<number, PlanNode>();
  const root = stepOf(plan, 1, sources);
  const all = [...steps(root)];
  const sum = all.reduce((total, s) => total + s.ownCost, 0);
  for (const step of all) step.ownShare = sum > 0 ? step.ownCost / sum : 0;
  const costliest = all.reduce((most, s) => (s.ownCost > most.ownCost ? s : most), root);
  const node = sources.get(costliest.id) ?? plan;
  return {
    totalCost: plan['Total Cost'],
    root,
    costliest: costliest.id,
    why: whyCostly(node, costliest),
  };
}

function stepOf(node: PlanNode, runs: number, sources: Map<number, PlanNode>): PlanStep {
  const id = sources.size;
  sources.set(id, node);
  const children = (node.Plans ?? []).map((child) => ({ child, runs: runs * runsOf(node, child) }));
  const below = children.reduce((sum, c) => sum + (c.runs / runs) * c.child['Total Cost'], 0);
  return {
    id,
    what: whatOf(node),
    rows: node['Plan Rows'],
    runs,
    ownCost: Math.max(0, node['Total Cost'] - below) * runs,
    ownShare: 0,
    details: details.flatMap(([field, label]) => {
      const value = node[field];
      const text = Array.isArray(value) ? value.join(', ') : value;
      return typeof text === 'string' && text !== '' ? [{ label, text }] : [];
    }),
    steps: children.map((c) => stepOf(c.child, c.runs, sources)),
  };
}

/** How often a child runs for one run of its parent. */
function runsOf(node: PlanNode, child: PlanNode): number {
  if (node['Node Type'] !== 'Nested Loop' || child['Parent Relationship'] !== 'Inner') return 1;
  if (['Materialize', 'Memoize'].includes(child['Node Type'])) return 1;
  const outer = node.Plans?.find((p) => p['Parent Relationship'] === 'Outer');
  return Math.max(1, outer?.['Plan Rows'] ?? 1);
}

function whatOf(node: PlanNode): string {
  const join =
    typeof node['Join Type'] === 'string' && node['Join Type'] !== 'Inner' ? ` (${node['Join Type']})` : '';
  const strategy = typeof node.Strategy === 'string' && node.Strategy === 'Hashed' ? 'Hash ' : '';
  const on = node['Relation Name'] === undefined ? '' : ` on ${node['Relation Name']}`;
  const alias =
    node.Alias !== undefined && node.Alias !== node['Relation Name'] && on !== '' ? ` ${node.Alias}` : '';
  return `${strategy}${node['Node Type']}${join}${on}${alias}`;
}

function* steps(step: PlanStep): Generator<PlanStep> {
  yield step;
  for (const child of step.steps) yield* steps(child);
}
