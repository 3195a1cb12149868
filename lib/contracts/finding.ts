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
});
export type Finding = z.infer<typeof Finding>;

/** A rule that could not run, and how to let it. */
export const CannotCheck = z.object({
  id: z.string(),
  target: z.string(),
  reason: z.string(),
  enable: z.string(),
});
export type CannotCheck = z.infer<typeof CannotCheck>;

export const Diagnosis = z.object({ findings: z.array(Finding), cannotCheck: z.array(CannotCheck) });
export type Diagnosis = z.infer<typeof Diagnosis>;

export const FindingState = z.enum(['open', 'muted', 'resolved']);
export type FindingState = z.infer<typeof FindingState>;

/** A finding as stored and shown. */
export const FindingView = Finding.omit({ facts: true }).extend({
  number: z.number().int(),
  targetKind: TargetKind,
  state: FindingState,
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  mutedBy: z.string().nullable(),
  mutedWhy: z.string().nullable(),
  mutedUntil: z.iso.datetime().nullable(),
  /** Changes proposed for it. */
  changes: z.array(z.object({ id: z.number().int(), title: z.string(), state: z.string() })),
});
export type FindingView = z.infer<typeof FindingView>;

export const FindingsQuery = z.object({ stack: z.string().optional(), state: FindingState.optional() });
