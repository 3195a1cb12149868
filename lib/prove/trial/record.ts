import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { TrialDesign } from '@/lib/contracts/trial';
import {
  Arm,
  EndpointSamples,
  GeneratorHealth,
  type RecordSegment,
  type TrialRecord,
} from '@/lib/contracts/trial-record';
import type { Store } from '@/lib/store/client';
import type { Segment } from '@/prisma/generated/client';

const Endpoints = z.record(z.string(), EndpointSamples);

/**
 * The evidence of a trial as a record that anyone can judge again. Throws AppError: `not-found`, or `conflict` when it has
 * no segment yet.
 */
export async function trialRecord(store: Store, trialId: number): Promise<TrialRecord> {
  const trial = await store.db.trial.findUnique({
    where: { id: trialId },
    include: { segments: { orderBy: { order: 'asc' } } },
  });
  if (!trial) throw new AppError('not-found', `There is no trial ${trialId}.`);
  if (trial.segments.length === 0)
    throw new AppError('conflict', `Trial ${trialId} has measured nothing yet.`);
  return recordOf(trial, TrialDesign.parse(trial.design), trial.segments.map(recordSegment));
}

/** A record from its parts. */
export function recordOf(
  trial: { title: string; kind: string },
  design: TrialDesign,
  segments: RecordSegment[],
): TrialRecord {
  return {
    schema: 1,
    title: trial.title,
    margin: design.settings.margin,
    seed: design.settings.seed,
    design: design.interleaved ? 'interleaved' : 'separated',
    control: design.control,
    ...(design.goal === null ? {} : { goal: design.goal }),
    ...(trial.kind === 'aa' ? { unchanged: true } : {}),
    segments,
  };
}

/** A stored segment as part of a record. */
export function recordSegment(row: Segment): RecordSegment {
  return {
    round: row.round,
    order: row.order,
    arm: Arm.parse(row.arm),
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    endpoints: Endpoints.parse(row.endpoints),
    ...(row.generator === null ? {} : { generator: GeneratorHealth.parse(row.generator) }),
    ...(row.void === null ? {} : { void: row.void }),
  };
}
