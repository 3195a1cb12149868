import { z } from 'zod';

/** The parts of EXPLAIN (FORMAT JSON, VERBOSE) that costing reads. */
export interface Plan {
  type: string;
  schema: string | null;
  table: string | null;
  alias: string | null;
  rows: number;
  cost: number;
  children: Plan[];
}

const Node: z.ZodType<Plan> = z.lazy(() =>
  z
    .object({
      'Node Type': z.string(),
      Schema: z.string().optional(),
      'Relation Name': z.string().optional(),
      Alias: z.string().optional(),
      'Plan Rows': z.number(),
      'Total Cost': z.number(),
      Plans: z.array(Node).default([]),
    })
    .transform((n) => ({
      type: n['Node Type'],
      schema: n.Schema ?? null,
      table: n['Relation Name'] ?? null,
      alias: n.Alias ?? null,
      rows: n['Plan Rows'],
      cost: n['Total Cost'],
      children: n.Plans,
    })),
);

/** Parses what EXPLAIN (FORMAT JSON) answers. Throws ZodError on another shape. */
export function parsePlan(json: unknown): Plan {
  return z.tuple([z.object({ Plan: Node })]).rest(z.unknown()).parse(json)[0].Plan;
}
