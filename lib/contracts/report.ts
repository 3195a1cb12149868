import { z } from 'zod';
import { ChainHead } from './chain';
import { ChangeOutcome, ChangePlan, JournalLine } from './change';
import { ConfigFile } from './configuration';
import { CannotCheck, Finding } from './finding';
import { Recommendation } from './recommendation';
import { ReportLoadTest } from './report-load';
import { ReportWatched } from './report-watched';
import { TargetKind } from './target';
import { Noise, TrialKind } from './trial';
import { TrialRecord } from './trial-record';
import { Verdict } from './verdict';

/** A trial inside a report: its record (the rounds) and what was computed from it. */
export const ReportTrial = z.object({
  id: z.number().int(),
  kind: TrialKind,
  title: z.string(),
  changeKey: z.string().nullable(),
  state: z.string(),
  record: TrialRecord.nullable(),
  /** Recomputable from `record`. */
  verdict: Verdict.nullable(),
  noise: Noise.nullable(),
  decision: z.enum(['kept', 'rolled-back']).nullable(),
  decidedWhy: z.string().nullable(),
});
export type ReportTrial = z.infer<typeof ReportTrial>;

/** One line of the before/after table. Every figure is recomputable from the trial it names. */
export const ReportRow = z.object({
  trial: z.number().int(),
  endpoint: z.string(),
  metric: z.enum(['p50', 'p95', 'throughput', 'errors']),
  unit: z.string(),
  before: z.number(),
  after: z.number(),
  ratio: z.number(),
  low: z.number(),
  high: z.number(),
  verdict: z.string(),
  /** A goal somebody set; never a result. */
  target: z.number().nullable(),
});
export type ReportRow = z.infer<typeof ReportRow>;

export const ReportChange = z.object({
  key: z.string(),
  state: z.string(),
  target: z.string(),
  plan: ChangePlan,
  outcome: ChangeOutcome.nullable(),
  journal: z.array(JournalLine),
  trial: z.number().int().nullable(),
});
export type ReportChange = z.infer<typeof ReportChange>;

/** One part of the score. `input` was measured, or is null and `source` says why; `worth` is 0 to 1. */
export const ScorePart = z.object({
  id: z.string(),
  title: z.string(),
  weight: z.number(),
  input: z.number().nullable(),
  unit: z.string(),
  /** From input to worth, in words. */
  curve: z.string(),
  worth: z.number().nullable(),
  source: z.string(),
});
export type ScorePart = z.infer<typeof ScorePart>;

/** The score of a report; docs/score.md has the formula. */
export const ReportScore = z.object({
  score: z.number(),
  grade: z.enum(['A+', 'A', 'B', 'C', 'D', 'F']),
  /** Of 100: the weight of the parts that were measured. */
  measuredWeight: z.number(),
  parts: z.array(ScorePart),
});
export type ReportScore = z.infer<typeof ReportScore>;

/** The frozen document of a pass. All renderings show this and nothing else. */
export const ReportDocument = z.object({
  schema: z.literal(1),
  product: z.object({ name: z.literal('Ratchet'), version: z.string() }),
  title: z.string(),
  stack: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Sentences made from the figures below by fixed rules. */
  summary: z.array(z.string()),
  environment: z.array(z.object({ label: z.string(), value: z.string() })),
  targets: z.array(
    z.object({ name: z.string(), kind: TargetKind, version: z.string().nullable(), status: z.string() }),
  ),
  findings: z.array(Finding),
  cannotCheck: z.array(CannotCheck),
  /** Means of what was watched while the pass ran. Reports made before there was a score have neither. */
  vitals: z
    .object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      means: z.array(
        z.object({ target: z.string(), metric: z.string(), mean: z.number(), samples: z.number().int() }),
      ),
    })
    .optional(),
  /** Follows from the vitals, the findings and the trials. */
  score: ReportScore.optional(),
  /** Files to take over by hand, as they were proposed when the pass ended. Older reports have none. */
  configuration: z.array(ConfigFile).optional(),
  /** Work for people, as it stood when the pass ended. Older reports have none. */
  recommendations: z.array(Recommendation).optional(),
  rows: z.array(ReportRow),
  changes: z.array(ReportChange),
  trials: z.array(ReportTrial),
  /** In the order they ran. Older reports have none. */
  loadTests: z.array(ReportLoadTest).optional(),
  /** What was watched in the time of the report, and how it is watched. Older reports have none. */
  watched: ReportWatched.optional(),
  /** The chain of evidence of its store when it was frozen; `ratchet verify --chain` compares. Older reports have none. */
  evidence: ChainHead.optional(),
  notMeasured: z.array(z.object({ what: z.string(), why: z.string() })),
  method: z.array(z.string()),
  limits: z.array(z.string()),
  /** sha256 in hex over canonical JSON (keys sorted, no spaces). */
  digests: z.object({
    /** By trial id: of its record's segments. */
    records: z.record(z.string(), z.string()),
    /** By load test id: of its evidence. Only where there are load tests. */
    loads: z.record(z.string(), z.string()).optional(),
    /** Of the whole document without this field. */
    document: z.string(),
  }),
});
export type ReportDocument = z.infer<typeof ReportDocument>;

export const ReportSummary = z.object({
  id: z.number().int(),
  stack: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  improved: z.number().int(),
  trials: z.number().int(),
  loadTests: z.number().int(),
  /** Its name as a baseline, where it has one. */
  baseline: z.string().nullable(),
});
export type ReportSummary = z.infer<typeof ReportSummary>;

/** `rounds=no` leaves out what figures are recomputed from, nearly all of a document's size: for reading, not for verifying. */
export const ReportQuery = z.object({ rounds: z.enum(['yes', 'no']).default('yes') });

/** The forms a report can be had in. */
export const reportFormats = ['pdf', 'html', 'md', 'csv', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];
export const DownloadQuery = z.object({ format: z.enum(reportFormats).default('json') });
