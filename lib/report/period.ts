import type { Store } from '@/lib/store/client';

/** The trials of a stack that ended in a time, in the order they ran, with the changes that they tried. */
export async function trialsWithin(
  store: Store,
  stackId: number,
  from: Date,
  to: Date,
): Promise<{ trialIds: number[]; changeIds: number[] }> {
  const trials = await store.db.trial.findMany({
    where: { stackId, state: 'done', finishedAt: { gte: from, lte: to } },
    select: { id: true, changeId: true },
    orderBy: { id: 'asc' },
  });
  return {
    trialIds: trials.map((t) => t.id),
    changeIds: [...new Set(trials.flatMap((t) => t.changeId ?? []))],
  };
}

/** The load tests of a stack that ended in a time, in the order they ran. */
export async function loadTestsWithin(
  store: Store,
  stackId: number,
  from: Date,
  to: Date,
): Promise<number[]> {
  const tests = await store.db.loadTest.findMany({
    where: { stackId, state: { notIn: ['queued', 'running'] }, finishedAt: { gte: from, lte: to } },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return tests.map((t) => t.id);
}
