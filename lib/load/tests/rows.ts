import { AppError } from '@/lib/contracts/error';
import { LoadRecord, LoadSecond } from '@/lib/contracts/load-record';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';

/** A value as a JSON column takes it: without what is undefined. */
export function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value));
}

/** A record without its seconds, as it is stored while the run goes on. */
export const LoadHead = LoadRecord.omit({ seconds: true });
export type LoadHead = Omit<LoadRecord, 'seconds'>;

/** Throws AppError('not-found'). */
export async function findLoadTest(store: Store, id: number) {
  const row = await store.db.loadTest.findUnique({ where: { id }, include: { stack: true } });
  if (!row) throw new AppError('not-found', `There is no load test ${id}.`);
  return row;
}
export type LoadTestRow = Awaited<ReturnType<typeof findLoadTest>>;

export async function secondsOf(store: Store, id: number): Promise<LoadSecond[]> {
  const rows = await store.db.loadTestSecond.findMany({
    where: { loadTestId: id },
    orderBy: { t: 'asc' },
    select: { second: true },
  });
  return rows.map((r) => LoadSecond.parse(r.second));
}

/** The record of a load test that has ended. Throws AppError: `not-found`, `conflict` while it runs or when nothing was measured. */
export async function loadRecord(store: Store, id: number): Promise<LoadRecord> {
  const row = await findLoadTest(store, id);
  if (row.state === 'queued' || row.state === 'running')
    throw new AppError('conflict', `Load test ${id} is ${row.state}; its record comes when it has ended.`);
  if (row.head === null)
    throw new AppError('conflict', `Load test ${id} ended before anything was measured.`);
  return { ...LoadHead.parse(row.head), seconds: await secondsOf(store, id) };
}
