import type { ChainKind } from '@/lib/contracts/chain';
import type { Prisma, PrismaClient } from '@/prisma/generated/client';

export type Db = PrismaClient | Prisma.TransactionClient;

/** States in which a trial has ended. */
export const endedStates = ['done', 'failed', 'cancelled', 'interrupted'];
/** States in which a change is, or is being, carried out. */
export const inHandStates = ['applying', 'applied', 'rolling-back'];

/**
 * What the entries of a kind cover, by subject, as it is stored now; a subject that is gone is left out. Covered is
 * what a row is evidence of, and not what may rightly change later: the plan of a change that is not applied is refreshed
 * by every diagnosis, and a target may be renamed.
 */
export async function contentsOf(
  db: Db,
  kind: Exclude<ChainKind, 'removal'>,
  ids: readonly bigint[],
): Promise<Map<bigint, unknown>> {
  switch (kind) {
    case 'journal':
      return journalLines(db, ids);
    case 'change':
      return changes(db, ids.map(Number));
    case 'trial':
      return trials(db, ids.map(Number));
    case 'report':
      return reports(db, ids.map(Number));
  }
}

async function journalLines(db: Db, ids: readonly bigint[]): Promise<Map<bigint, unknown>> {
  const rows = await db.journalEntry.findMany({ where: { id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, { ...row, id: String(row.id), at: row.at.toISOString() }]));
}

async function changes(db: Db, ids: number[]): Promise<Map<bigint, unknown>> {
  const rows = await db.change.findMany({ where: { id: { in: ids } } });
  return new Map(
    rows.map(({ id, targetId, key, optimization, state, outcome, plan }) => [
      BigInt(id),
      {
        id,
        targetId,
        key,
        optimization,
        // A diagnosis moves a change between these by itself: none of them is a deed.
        state:
          state === 'proposed' || state === 'obsolete' || state === 'rolled-back' ? 'not applied' : state,
        outcome,
        plan: state === 'applied' ? plan : null,
      },
    ]),
  );
}

async function trials(db: Db, ids: number[]): Promise<Map<bigint, unknown>> {
  const rows = await db.trial.findMany({
    where: { id: { in: ids } },
    include: { segments: { orderBy: [{ order: 'asc' }, { id: 'asc' }] } },
  });
  return new Map(
    rows.map((row) => [
      BigInt(row.id),
      {
        id: row.id,
        stackId: row.stackId,
        kind: row.kind,
        title: row.title,
        state: row.state,
        design: row.design,
        noiseId: row.noiseId,
        verdict: row.verdict,
        decision: row.decision,
        decidedBy: row.decidedBy,
        decidedWhy: row.decidedWhy,
        error: row.error,
        createdBy: row.createdBy,
        startedAt: row.startedAt?.toISOString() ?? null,
        finishedAt: row.finishedAt?.toISOString() ?? null,
        segments: row.segments.map(({ startedAt, ...segment }) => ({
          ...segment,
          startedAt: startedAt.toISOString(),
        })),
      },
    ]),
  );
}

async function reports(db: Db, ids: number[]): Promise<Map<bigint, unknown>> {
  const rows = await db.report.findMany({ where: { id: { in: ids } } });
  return new Map(
    rows.map(({ id, stackId, passId, title, document, createdAt }) => [
      BigInt(id),
      { id, stackId, passId, title, document, createdAt: createdAt.toISOString() },
    ]),
  );
}
