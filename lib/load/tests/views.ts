import { LoadPlan } from '@/lib/contracts/load';
import {
  type LoadResourcePoint,
  type LoadTestDetail,
  LoadTestState,
  type LoadTestView,
  LoadTick,
} from '@/lib/contracts/load-api';
import { LoadOutcome, LoadSummary } from '@/lib/contracts/load-record';
import type { Store } from '@/lib/store/client';
import { plannedSeconds } from '../profiles';
import { resourcePoints } from './resources';
import { findLoadTest, LoadHead, type LoadTestRow } from './rows';

const mostListed = 200;

/** Load tests, newest first; of one stack, or of one workload. */
export async function listLoadTests(
  store: Store,
  o: { stack?: string | undefined; workload?: string | undefined } = {},
): Promise<LoadTestView[]> {
  const rows = await store.db.loadTest.findMany({
    where: {
      ...(o.stack === undefined ? {} : { stack: { name: o.stack } }),
      ...(o.workload === undefined ? {} : { workloadHash: o.workload }),
    },
    include: { stack: true },
    orderBy: { id: 'desc' },
    take: mostListed,
  });
  const done = await secondsDone(
    store,
    rows.map((r) => r.id),
  );
  return rows.map((row) => viewOf(row, done.get(row.id) ?? 0));
}

/** Throws AppError('not-found'). */
export async function loadTestView(store: Store, id: number): Promise<LoadTestView> {
  const row = await findLoadTest(store, id);
  return viewOf(row, (await secondsDone(store, [id])).get(id) ?? 0);
}

/** One load test, all but its histograms. Throws AppError('not-found'). */
export async function loadTestDetail(store: Store, id: number): Promise<LoadTestDetail> {
  const row = await findLoadTest(store, id);
  const ticks = await ticksAfter(store, id, -1);
  const head = row.head === null ? null : LoadHead.parse(row.head);
  const running = row.state === 'running';
  const resources = running
    ? await resourcesAfter(store, row, 0)
    : (head?.resources ?? []).flatMap(({ points, ...of }) => points.map(([t, v]) => ({ ...of, t, v })));
  return {
    ...viewOf(row, ticks.length),
    plan: row.plan === null ? null : LoadPlan.parse(row.plan),
    machine: head?.machine ?? null,
    summary: row.summary === null ? null : LoadSummary.parse(row.summary),
    limit: head?.limit ?? null,
    stalls: head?.coordinatedOmission?.stalls ?? null,
    generatorLimit: head?.generatorLimited ?? null,
    ticks,
    resources,
  };
}

/** The seconds of a run after `t`. */
export async function ticksAfter(store: Store, id: number, t: number): Promise<LoadTick[]> {
  const rows = await store.db.loadTestSecond.findMany({
    where: { loadTestId: id, t: { gt: t } },
    orderBy: { t: 'asc' },
    select: { tick: true },
  });
  return rows.map((r) => LoadTick.parse(r.tick));
}

/** What was sampled of the targets of a running test after `t` seconds. */
export async function resourcesAfter(
  store: Store,
  row: Pick<LoadTestRow, 'startedAt' | 'stack'>,
  t: number,
): Promise<LoadResourcePoint[]> {
  const startedAt = row.startedAt?.getTime();
  if (startedAt === undefined) return [];
  const between = { after: startedAt + t * 1_000, until: Date.now() };
  return resourcePoints(store, row.stack.name, startedAt, between);
}

async function secondsDone(store: Store, ids: readonly number[]): Promise<Map<number, number>> {
  const rows = await store.db.loadTestSecond.groupBy({
    by: ['loadTestId'],
    where: { loadTestId: { in: [...ids] } },
    _count: { t: true },
  });
  return new Map(rows.map((r) => [r.loadTestId, r._count.t]));
}

function viewOf(row: LoadTestRow, done: number): LoadTestView {
  const plan = row.plan === null ? null : LoadPlan.parse(row.plan);
  const summary = row.summary === null ? null : LoadSummary.parse(row.summary);
  const outcome = row.outcome === null ? null : LoadOutcome.parse(row.outcome);
  const thresholds = summary?.thresholds ?? [];
  return {
    id: row.id,
    stack: row.stack.name,
    target: row.target,
    title: row.title,
    kind: plan?.profile.kind ?? null,
    model: plan?.profile.model ?? null,
    state: LoadTestState.parse(row.state),
    outcome,
    reason: row.reason,
    workloadHash: row.workloadHash,
    total: summary && summary.total.count > 0 ? summary.total : null,
    thresholdsPassed:
      thresholds.length === 0 ? null : outcome !== 'threshold' && thresholds.every((t) => t.passed === true),
    generatorLimited: outcome === 'generator-limited',
    secondsDone: done,
    secondsPlanned: plan ? plannedSeconds(plan.profile, plan.arrivals) : null,
    jobId: row.jobId,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
