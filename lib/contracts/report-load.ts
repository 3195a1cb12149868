import { z } from 'zod';
import { LoadKind, LoadModel, LoadProfile } from './load';
import { Exhausted, LoadGrade } from './load-analysis';
import {
  CoordinatedOmission,
  EndpointSecond,
  LoadFigures,
  LoadMachine,
  LoadOutcome,
  LoadRecord,
  LoadResource,
  LoadSecond,
  LoadSummary,
  StressLimit,
} from './load-record';

/** One second of a load test with the requests of all endpoints together; null: none ended in it. */
export const ReportLoadSecond = LoadSecond.pick({
  t: true,
  durationMs: true,
  level: true,
  offered: true,
  sent: true,
  dropped: true,
}).extend({ requests: EndpointSecond.nullable() });
export type ReportLoadSecond = z.infer<typeof ReportLoadSecond>;

/**
 * What every figure of a load test in a report is computed from: each second with one histogram, and each endpoint with one
 * histogram over the whole run; both hold the same requests. Nothing of what was sent, and no address.
 */
export const ReportLoadEvidence = z.object({
  /** Shape of the load, thresholds and objective; null for an imported run. */
  profile: LoadProfile.nullable(),
  workloadHash: z.string().nullable(),
  /** Where the generator ran, and whether the target was on that machine too. */
  machine: LoadMachine.nullable(),
  sameMachine: z.boolean(),
  /** Over https: against what the certificate of the service was checked. */
  certificate: LoadRecord.shape.target.shape.certificate,
  seconds: z.array(ReportLoadSecond),
  endpoints: z.record(z.string(), EndpointSecond),
  /** Gauges of the targets that have a bound, and their bounds. */
  resources: z.array(LoadResource),
  limit: StressLimit.nullable(),
  coordinatedOmission: CoordinatedOmission.nullable(),
  generatorLimited: LoadRecord.shape.generatorLimited.unwrap(),
  given: LoadRecord.shape.given.unwrap().nullable(),
});
export type ReportLoadEvidence = z.infer<typeof ReportLoadEvidence>;

/** All that is computed from the evidence. */
export const ReportLoadFigures = z.object({
  /** The shape of the load in words; null where it is not known. */
  stages: z.string().nullable(),
  durationMs: z.number(),
  /** Requests that were due, a second; in the closed model those that were sent. Null where single requests are not known. */
  offeredRps: z.number().nullable(),
  dropped: z.number().int(),
  total: LoadFigures,
  endpoints: z.record(z.string(), LoadFigures),
  corrected: LoadSummary.shape.corrected,
  thresholds: LoadSummary.shape.thresholds,
  grade: LoadGrade,
  /** What reached a bound, first one first. */
  exhausted: z.array(Exhausted),
  /** Where a stress test found the limit. */
  limit: StressLimit.nullable(),
});
export type ReportLoadFigures = z.infer<typeof ReportLoadFigures>;

/** A load test inside a report. */
export const ReportLoadTest = z.object({
  id: z.number().int(),
  title: z.string(),
  target: z.string(),
  kind: LoadKind.nullable(),
  model: LoadModel.nullable(),
  state: z.string(),
  outcome: LoadOutcome.nullable(),
  reason: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** Null when it ended before anything was measured. */
  evidence: ReportLoadEvidence.nullable(),
  /** Recomputable from `evidence`. */
  figures: ReportLoadFigures.nullable(),
  /** Against the first test of the same target in the report: why it must not be compared, nothing when it may. Null for that one. */
  against: z.object({ id: z.number().int(), notComparable: z.array(z.string()) }).nullable(),
});
export type ReportLoadTest = z.infer<typeof ReportLoadTest>;
