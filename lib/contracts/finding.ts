import { z } from 'zod';
import { TargetKind } from './target';

export const severities = ['critical', 'high', 'medium', 'low'] as const;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** One measured fact. `unit` is a unit of lib/contracts/units, or empty for a count or a text. */
export const Evidence = z.object({
  label: z.string(),
  value: z.union([z.number(), z.string()]),
  unit: z.string().default(''),
});
export type Evidence = z.infer<typeof Evidence>;

/** A number that a rule compares with, and where it comes from. */
export const Threshold = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  source: z.string(),
});
export type Threshold = z.infer<typeof Threshold>;

/** What a rule yields: a named problem on one subject. */
export const Finding = z.object({
  /** Stable over time: `rule:target:subject`. */
  key: z.string(),
  /** Rule id, for example `postgres/missing-index`. */
  id: z.string(),
  severity: Severity,
  /** Target name. */
  target: z.string(),
  /** The object as the database spells it: `schema.table`, index, container, key prefix, route. */
  subject: z.string(),
  title: z.string(),
  detail: z.string(),
  evidence: z.array(Evidence),
  /** Share of database time, bytes or requests, 0..1; orders the list. */
  weight: z.number().min(0).max(1),
  /** Ids of optimizations that answer it. */
  optimizations: z.array(z.string()),
  /** Machine-readable facts for the optimizations that answer it, for example the index candidate. */
  facts: z.record(z.string(), z.unknown()).default({}),
  /** Keys of findings whose remedy answers this one too. */
  related: z.array(z.string()).optional(),
});
export type Finding = z.infer<typeof Finding>;

/** A rule that could not run, and how to let it. */
export const CannotCheck = z.object({
  id: z.string(),
  target: z.string(),
  reason: z.string(),
  enable: z.string(),
  /** The subjects that were not looked at; where it is left out, all of the rule's. */
  subjects: z.array(z.string()).optional(),
});
export type CannotCheck = z.infer<typeof CannotCheck>;

export const Diagnosis = z.object({ findings: z.array(Finding), cannotCheck: z.array(CannotCheck) });
export type Diagnosis = z.infer<typeof Diagnosis>;

export const FindingState = z.enum(['open', 'muted', 'resolved']);
export type FindingState = z.infer<typeof FindingState>;

/** A finding as stored and shown. */
export const FindingView = Finding.omit({ facts: true, related: true }).extend({
  number: z.number().int(),
  targetKind: TargetKind,
  /** What its rule compares with; empty when the rule is gone since. */
  thresholds: z.array(Threshold),
  state: FindingState,
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  mutedBy: z.string().nullable(),
  mutedWhy: z.string().nullable(),
  mutedUntil: z.iso.datetime().nullable(),
  /** Changes proposed for it. */
  changes: z.array(
    z.object({
      id: z.number().int(),
      title: z.string(),
      state: z.string(),
      /** A trial can compare it with being off. */
      provable: z.boolean(),
    }),
  ),
  /** Findings whose remedy answers this one too. */
  related: z.array(z.object({ number: z.number().int(), title: z.string() })),
});
export type FindingView = z.infer<typeof FindingView>;

export const FindingsQuery = z.object({ stack: z.string().optional(), state: FindingState.optional() });

/** A rule that could not run at the last diagnosis, as stored and shown. */
export const NotChecked = CannotCheck.omit({ subjects: true }).extend({ lastSeenAt: z.iso.datetime() });
export type NotChecked = z.infer<typeof NotChecked>;
