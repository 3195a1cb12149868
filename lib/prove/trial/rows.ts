import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { TrialDesign, TrialProgress, TrialSettings } from '@/lib/contracts/trial';
import { Goal } from '@/lib/contracts/trial-record';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';

export const trialInclude = { stack: true, change: true } satisfies Prisma.TrialInclude;
/** A trial with its stack and change. */
export type TrialRow = Prisma.TrialGetPayload<{ include: typeof trialInclude }>;

/** A trial without its design and progress, which can be large; see `openFacts`. */
export type ListedTrial = Omit<TrialRow, 'design' | 'progress'>;
export const listed = { include: trialInclude, omit: { design: true, progress: true } } as const;

const OpenFacts = z.object({ id: z.number(), goal: Goal.nullable(), progress: TrialProgress.nullable() });
export type OpenFacts = z.infer<typeof OpenFacts>;

/** Goal and progress of those of the trials that have no verdict. */
export async function openFacts(store: Store, ids: readonly number[]): Promise<Map<number, OpenFacts>> {
  if (ids.length === 0) return new Map();
  const { rows } = await store.pool.query(
    "select id, nullif(design->'goal', 'null') as goal, nullif(progress, 'null') as progress from trial where id = any($1) and verdict is null",
    [ids],
  );
  return new Map(rows.map((row) => OpenFacts.parse(row)).map((facts) => [facts.id, facts]));
}

/** Throws AppError('not-found'). */
export async function findTrial(store: Store, id: number): Promise<TrialRow> {
  const row = await store.db.trial.findUnique({ where: { id }, include: trialInclude });
  if (!row) throw new AppError('not-found', `There is no trial ${id}.`);
  return row;
}

/** The design as it is before the trial starts: settings and what will be switched. */
export function emptyDesign(
  settings: TrialSettings,
  changes: { id: number; wasApplied: boolean }[],
): TrialDesign {
  return {
    settings,
    goal: null,
    interleaved: true,
    orders: [],
    control: [],
    workload: { clients: settings.clients, seed: settings.seed, probes: [] },
    changes,
  };
}

/** Parses settings given by a person or a pass. Throws AppError('bad-input') naming the field. */
export function parseSettings(settings: unknown): TrialSettings {
  const parsed = TrialSettings.safeParse(settings ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? 'settings';
  throw new AppError('bad-input', `Trial settings, ${field}: ${issue?.message ?? 'not valid'}`, { field });
}

export function designOf(row: { design: Prisma.JsonValue }): TrialDesign {
  return TrialDesign.parse(row.design);
}

/** Writes a design; what JSON cannot hold (undefined) is left out. */
export async function saveDesign(store: Store, trialId: number, design: TrialDesign): Promise<void> {
  await store.db.trial.update({ where: { id: trialId }, data: { design: json(design) } });
}

/**
 * Writes the end of a trial, and the whole of it into the chain of evidence. With `was`, only when it is still in that
 * state.
 */
export async function endTrial(
  store: Store,
  id: number,
  data: Prisma.TrialUncheckedUpdateInput & { state: 'done' | 'failed' | 'cancelled' | 'interrupted' },
  was?: string,
): Promise<void> {
  await store.db.$transaction(async (tx) => {
    const { count } = await tx.trial.updateMany({
      where: { id, ...(was === undefined ? {} : { state: was }) },
      data: { ...data, finishedAt: new Date() },
    });
    if (count > 0) await appendToChain(tx, 'trial', [id]);
  }, chained);
}

export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}
