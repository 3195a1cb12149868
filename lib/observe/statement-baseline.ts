import { PgStatementBaseline, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { Store } from '@/lib/store/client';

const minute = 60_000;
/** How far back the time reaches that is judged by itself, ms. */
const windowMs = 60 * minute;
/** A shorter time says too little: what happens to run in it would be taken for the workload, ms. */
const shortestMs = 10 * minute;
/** Counters are kept this far apart, ms: the window is longer than an hour by so much at most. */
const everyMs = 5 * minute;

const Counted = PostgresSnapshot.pick({ statementsSince: true, statementsTotalMs: true, statements: true });
const Counters = PgStatementBaseline.shape.statements;

/**
 * Keeps the statement counters of a snapshot of a Postgres target, when none were kept for five minutes: those of the last
 * hour, and the newest from before it. A snapshot without statements leaves what there is.
 */
export async function keepBaseline(
  store: Store,
  targetId: number,
  takenAt: Date,
  snapshot: object,
): Promise<void> {
  const { rows } = await store.pool.query<{ at: Date | null }>(
    'SELECT max(taken_at) AS at FROM statement_baseline WHERE target_id = $1',
    [targetId],
  );
  const newest = rows[0]?.at;
  if (newest && takenAt.getTime() - newest.getTime() < everyMs) return;
  const counted = countersOf(snapshot, takenAt);
  if (!counted) return;
  await store.db.statementBaseline.create({ data: { ...counted, targetId, takenAt } });
  const before = await store.db.statementBaseline.findFirst({
    where: { targetId, takenAt: { lte: new Date(takenAt.getTime() - windowMs) } },
    orderBy: { takenAt: 'desc' },
    select: { takenAt: true },
  });
  if (before)
    await store.db.statementBaseline.deleteMany({ where: { targetId, takenAt: { lt: before.takenAt } } });
}

/** The statement counters of a snapshot; null for one without statements. */
export function countersOf(snapshot: object, takenAt: Date): PgStatementBaseline | null {
  const { data } = Counted.safeParse(snapshot);
  if (!data?.statements) return null;
  return {
    takenAt: takenAt.toISOString(),
    since: data.statementsSince,
    totalMs: data.statementsTotalMs,
    statements: Counters.parse(data.statements),
  };
}

/**
 * The counters to judge the recent past of a target by: the newest that are an hour old or more, else the oldest; null when
 * there are none from ten minutes ago or earlier.
 */
export async function baselineFor(
  store: Store,
  targetId: number,
  now = new Date(),
): Promise<PgStatementBaseline | null> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const find = (where: { lte: Date }, orderBy: 'asc' | 'desc') =>
    store.db.statementBaseline.findFirst({
      where: { targetId, takenAt: where },
      orderBy: { takenAt: orderBy },
    });
  const row = (await find({ lte: ago(windowMs) }, 'desc')) ?? (await find({ lte: ago(shortestMs) }, 'asc'));
  if (!row) return null;
  const { takenAt, since, totalMs, statements } = row;
  return PgStatementBaseline.parse({ takenAt: takenAt.toISOString(), since, totalMs, statements });
}
