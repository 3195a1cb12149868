import { z } from 'zod';

const node = z.looseObject({
  'Node Type': z.string(),
  'Startup Cost': z.number(),
  'Total Cost': z.number(),
  'Plan Rows': z.number(),
  'Plan Width': z.number(),
  'Relation Name': z.string().optional(),
  Schema: z.string().optional(),
  Alias: z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  Filter: z.string().optional(),
  'Sort Key': z.array(z.string()).optional(),
  'Parent Relationship': z.string().optional(),
  get Plans(): z.ZodOptional<z.ZodArray<typeof node>> {
    return z.array(node).optional();
  },
});

/** One node of a plan as EXPLAIN (FORMAT JSON) gives it. Costs in the planner's unit; fields not named here are kept. */
export const PlanNode = node;
export type PlanNode = z.infer<typeof PlanNode>;

export interface SeqScan {
  schema: string;
  relation: string;
  /** Rows the planner expects to come out of the scan, once. */
  rows: number;
  filter: string | null;
  /** Total cost of the scan, once. */
  cost: number;
}

/** The node and all below it, top down. */
export function* planNodes(plan: PlanNode): Generator<PlanNode> {
  yield plan;
  for (const child of plan.Plans ?? []) yield* planNodes(child);
}

/** Sequential scans of a plan (parallel ones too), dearest first. */
export function seqScans(plan: PlanNode): SeqScan[] {
  const scans: SeqScan[] = [];
  for (const n of planNodes(plan)) {
    if (n['Node Type'] !== 'Seq Scan' || n['Relation Name'] === undefined) continue;
    scans.push({
      schema: n.Schema ?? '',
      relation: n['Relation Name'],
      rows: n['Plan Rows'],
      filter: n.Filter ?? null,
      cost: n['Total Cost'],
    });
  }
  return scans.sort((a, b) => b.cost - a.cost);
}

/** Names of the indexes a plan uses. */
export function indexesUsed(plan: PlanNode): string[] {
  return [...new Set([...planNodes(plan)].flatMap((n) => n['Index Name'] ?? []))];
}
