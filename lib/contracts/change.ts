import { z } from 'zod';
import { TargetKind } from './target';

export const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/**
 * One step of a change. `statement` is exactly what is executed, shown before and written to the journal.
 * A `concurrent` SQL step runs outside a transaction block. Of an HTTP step it is the method, the path and the
 * body, of a Docker step too (of the engine's API); of a Redis step the command.
 */
export const Step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sql'), statement: z.string(), concurrent: z.boolean().default(false) }),
  z.object({
    kind: z.literal('http'),
    statement: z.string(),
    method: z.enum(['GET', 'PUT']),
    path: z.string(),
    /** JSON; empty for a GET. */
    body: z.string(),
  }),
  z.object({ kind: z.literal('redis'), statement: z.string(), command: z.array(z.string()).min(1) }),
  z.object({
    kind: z.literal('docker'),
    statement: z.string(),
    method: z.enum(['POST', 'DELETE']),
    path: z.string(),
    /** JSON; null for a request without a body. */
    body: z.string().nullable(),
  }),
  /** Whoever runs the server restarts it. */
  z.object({ kind: z.literal('restart'), statement: z.string() }),
]);
export type Step = z.infer<typeof Step>;

/** A remedy worked out for one target: what will run, what undoes it, what it costs. */
export const ChangePlan = z.object({
  /** Optimization id, for example `postgres/create-index`. */
  optimization: z.string(),
  /** Stable over time: the same proposal has the same key. */
  key: z.string(),
  title: z.string(),
  /** The object it touches, as the database spells it. */
  subject: z.string(),
  why: z.string(),
  steps: z.array(Step).min(1),
  inverse: z.array(Step),
  risk: Risk,
  /** Locks taken and for how long, in words. */
  locks: z.string(),
  reversible: z.boolean(),
  needsRestart: z.boolean(),
  /** Facts the optimization needs again at apply and rollback, for example the index name. */
  facts: z.record(z.string(), z.unknown()),
  estimates: z.array(
    z.object({ label: z.string(), value: z.number(), unit: z.string(), source: z.string() }),
  ),
  /** Probe names (statements, endpoints) expected to gain; the first is the goal of its trial. */
  affects: z.array(z.string()),
  /**
   * What it is for, where that is not time; completes "It is there …" ("to reserve less memory"). Such a change is kept
   * when its trial shows no difference in time that matters.
   */
  purpose: z.string().optional(),
  /** Server settings that it changes, one row each. */
  settings: z
    .array(
      z.object({
        name: z.string(),
        current: z.string(),
        proposed: z.string(),
        /** The formula or reason. */
        why: z.string(),
        takesEffect: z.enum(['reload', 'restart']),
      }),
    )
    .optional(),
  /** Of a Redis server that can write its configuration file (CONFIG REWRITE), where that is asked for. */
  configFile: z
    .object({
      /** As the server names it; null when it was started without one, which then cannot be written. */
      path: z.string().nullable(),
      /** It is written after the steps, and after the inverse. */
      written: z.boolean(),
    })
    .optional(),
  /** Statements that the application sends otherwise once it is there: what the change gains, it gains by them. */
  instead: z
    .array(
      z.object({
        /** queryid of the statement as it is sent now. */
        statement: z.string(),
        /** With the parameters of that one. */
        sql: z.string(),
        /** What the change makes for it to read, `schema.name`. */
        relation: z.object({ schema: z.string(), name: z.string() }),
      }),
    )
    .optional(),
  /** Texts to copy that are not run: a configuration fragment, the statement to use instead. */
  snippets: z.array(z.object({ title: z.string(), text: z.string() })).optional(),
});
export type ChangePlan = z.infer<typeof ChangePlan>;

const rewrite = {
  kind: 'redis' as const,
  statement: 'CONFIG REWRITE',
  command: ['CONFIG', 'REWRITE'],
};

/** A plan with CONFIG REWRITE at the end of both directions, or without. As it is where there is no such choice. */
export function writingConfigFile(plan: ChangePlan, written: boolean): ChangePlan {
  const { configFile } = plan;
  if (!configFile) return plan;
  const others = (steps: Step[]) => steps.filter((s) => s.statement !== rewrite.statement);
  const all = (steps: Step[]) => [...others(steps), ...(written ? [rewrite] : [])];
  return {
    ...plan,
    steps: all(plan.steps),
    inverse: all(plan.inverse),
    configFile: { ...configFile, written },
  };
}

/** Whether a trial can compare it with being off: what cannot be undone, or restarts the server each time, it cannot. */
export const isProvable = (plan: Pick<ChangePlan, 'reversible' | 'needsRestart'>): boolean =>
  plan.reversible && !plan.needsRestart;

export const ChangeState = z.enum([
  'proposed',
  'applying',
  'applied',
  'rolling-back',
  'rolled-back',
  'failed',
  'obsolete',
]);
export type ChangeState = z.infer<typeof ChangeState>;

export const ChangeOutcome = z.object({
  /** Milliseconds the last apply took, measured. */
  applyMs: z.number().optional(),
  /** Milliseconds the last rollback took, measured. */
  rollbackMs: z.number().optional(),
  /** Real size after building, bytes. */
  sizeBytes: z.number().optional(),
  /** What the last apply was seen to change, measured on the target just before and just after. */
  measured: z
    .array(
      z.object({
        label: z.string(),
        before: z.number().nullable(),
        after: z.number().nullable(),
        unit: z.string(),
      }),
    )
    .optional(),
  error: z.string().optional(),
});
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;

export const JournalLine = z.object({
  at: z.iso.datetime(),
  direction: z.enum(['apply', 'rollback']),
  step: z.number().int(),
  phase: z.enum(['before', 'after', 'failed', 'settled']),
  statement: z.string(),
  detail: z.string().nullable(),
});
export type JournalLine = z.infer<typeof JournalLine>;

export const ChangeView = z.object({
  id: z.number().int(),
  stack: z.string(),
  target: z.string(),
  targetKind: TargetKind,
  findingNumber: z.number().int().nullable(),
  state: ChangeState,
  plan: ChangePlan,
  outcome: ChangeOutcome.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Newest first. */
  trials: z.array(z.object({ id: z.number().int(), state: z.string(), verdict: z.string().nullable() })),
});
export type ChangeView = z.infer<typeof ChangeView>;
export const ChangeDetail = ChangeView.extend({ journal: z.array(JournalLine) });
export type ChangeDetail = z.infer<typeof ChangeDetail>;
