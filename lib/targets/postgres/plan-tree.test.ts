import { expect, it } from 'vitest';
import type { PlanNode } from './plan';
import { planTree } from './plan-tree';

const node = (type: string, cost: number, rows: number, rest: Partial<PlanNode> = {}): PlanNode => ({
  'Node Type': type,
  'Startup Cost': 0,
  'Total Cost': cost,
  'Plan Rows': rows,
  'Plan Width': 8,
  ...rest,
});

it('counts the inner side of a nested loop once for each outer row', () => {
  const outer = node('Seq Scan', 10, 50, { 'Relation Name': 'a', 'Parent Relationship': 'Outer' });
  const inner = node('Index Scan', 4, 1, {
    'Relation Name': 'b',
    'Index Name': 'b_pkey',
    'Parent Relationship': 'Inner',
  });
  const tree = planTree(node('Nested Loop', 215, 50, { Plans: [outer, inner] }));
  expect(tree.steps.map((s) => [s.parent, s.what, s.runs, s.ownCost])).toEqual([
    [null, 'Nested Loop', 1, 5],
    [0, 'Seq Scan on a', 1, 10],
    [0, 'Index Scan on b', 50, 200],
  ]);
  expect(tree.costliest).toBe(2);
  expect(tree.why).toMatch(/^93% .* b_pkey.* about 50 times/);
});

it('lets no cost fall below zero under a limit, and its shares add up to one', () => {
  const scan = node('Seq Scan', 1000, 9, { 'Relation Name': 't', Filter: '(x = $1)' });
  const tree = planTree(node('Limit', 12, 1, { Plans: [node('Sort', 1100, 9, { Plans: [scan] })] }));
  expect(tree.steps.map((s) => [s.parent, s.ownCost])).toEqual([
    [null, 0],
    [0, 100],
    [1, 1000],
  ]);
  expect(tree.steps.reduce((sum, s) => sum + s.ownShare, 0)).toBeCloseTo(1);
  expect(tree.why).toContain('reads all of t');
});
