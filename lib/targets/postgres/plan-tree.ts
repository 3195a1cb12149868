import type { PlanStep, PlanTree } from '@/lib/contracts/plan';
import type { PlanNode } from './plan';
import { whyCostly } from './plan-words';

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
 * A plan as the steps of a tree, each with the cost that is its own: the node's total without its children's, which count
 * once for each run. The inner side of a nested loop runs once per row of the outer side, unless it is remembered.
 * A LIMIT stops its child early, so that the child alone seems dearer than the whole; no own cost is below zero.
 */
export function planTree(plan: PlanNode): PlanTree {
  const found: Found[] = [];
  collect(plan, null, 1, found);
  const sum = found.reduce((total, { step }) => total + step.ownCost, 0);
  const steps = found.map(({ step }) => ({ ...step, ownShare: sum > 0 ? step.ownCost / sum : 0 }));
  const at = steps.reduce((most, s, i) => (s.ownCost > (steps[most]?.ownCost ?? 0) ? i : most), 0);
  const [node, step] = [found[at]?.node, steps[at]];
  return {
    totalCost: plan['Total Cost'],
    steps,
    costliest: step?.id ?? 0,
    why: node && step ? whyCostly(node, step) : '',
  };
}

interface Found {
  node: PlanNode;
  step: Omit<PlanStep, 'ownShare'>;
}

function collect(node: PlanNode, parent: number | null, runs: number, found: Found[]): void {
  const id = found.length;
  const children = (node.Plans ?? []).map((child) => ({ child, runs: runs * runsOf(node, child) }));
  const below = children.reduce((sum, c) => sum + (c.runs / runs) * c.child['Total Cost'], 0);
  found.push({
    node,
    step: {
      id,
      parent,
      what: whatOf(node),
      rows: node['Plan Rows'],
      runs,
      ownCost: Math.max(0, node['Total Cost'] - below) * runs,
      details: details.flatMap(([field, label]) => {
        const value = node[field];
        const text = Array.isArray(value) ? value.join(', ') : value;
        return typeof text === 'string' && text !== '' ? [{ label, text }] : [];
      }),
    },
  });
  for (const c of children) collect(c.child, id, c.runs, found);
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
