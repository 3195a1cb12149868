import { z } from 'zod';
import { ObserveQuery, Origin } from './observe';

/** One node of a plan as a page draws it. Costs are the planner's own unit, no time. */
export const PlanStep = z.object({
  id: z.number().int(),
  /** The step that takes what this one gives; null for the last one, which gives the result. */
  parent: z.number().int().nullable(),
  /** For example "Index Scan on tasks". */
  what: z.string(),
  /** Rows the planner expects from one run of it. */
  rows: z.number(),
  /** How often it runs: once for each row of the other side of a nested loop. */
  runs: z.number(),
  /** Cost of this step alone over all runs, and its share of the whole plan, 0..1. */
  ownCost: z.number(),
  ownShare: z.number(),
  /** Conditions, keys, the index used: label and text. */
  details: z.array(z.object({ label: z.string(), text: z.string() })),
});
export type PlanStep = z.infer<typeof PlanStep>;

export const PlanQuery = ObserveQuery.extend({ statement: z.string().regex(/^-?\d{1,20}$/) });
export type PlanQuery = z.infer<typeof PlanQuery>;

/** A plan as the planner made it; costs are estimates in its own unit. */
export const PlanTree = z.object({
  totalCost: z.number(),
  /** From the result down to what is read: a parent stands before its children. */
  steps: z.array(PlanStep),
  /** Id of the step with the largest own cost. */
  costliest: z.number().int(),
  /** What makes that step dear, in a sentence. */
  why: z.string(),
});
export type PlanTree = z.infer<typeof PlanTree>;

export const PlanView = Origin.extend({ readAt: z.iso.datetime(), ...PlanTree.shape });
export type PlanView = z.infer<typeof PlanView>;

/** How the database would run a statement in one arm of a trial: its plan, or why there is none. */
export const ArmPlan = z.union([PlanTree, z.object({ error: z.string() })]);
export type ArmPlan = z.infer<typeof ArmPlan>;

/** The plans of one statement in both arms of a trial; an arm that was not reached has none. */
export const PlanPair = z.object({
  target: z.string(),
  queryId: z.string(),
  /** Normalised: parameters stand as $n. */
  query: z.string(),
  before: ArmPlan.optional(),
  after: ArmPlan.optional(),
});
export type PlanPair = z.infer<typeof PlanPair>;
