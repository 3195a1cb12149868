import { AppError } from '@/lib/contracts/error';
import { LoadPlan, LoadProfile } from '@/lib/contracts/load';
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
/** What a list shows; a plan with the arrivals of a log can be megabytes, and stays where it is. */
const light = { omit: { plan: true, head: true, sealedOrder: true }, include: { stack: true } } as const;

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
    ...light,
    orderBy: { id: 'desc' },
    take: mostListed,
  });
  return viewsOf(store, rows);
}

/** Throws AppError('not-found'). */
export async function loadTestView(store: Store, id: number): Promise<LoadTestView> {
  const row = await store.db.loadTest.findUnique({ where: { id }, ...light });
  const [view] = row ? await viewsOf(store, [row]) : [];
  if (!view) throw new AppError('not-found', `There is no load test ${id}.`);
  return view;
}

/** One load test, all but its histograms. Throws AppError('not-found'). */
export async function loadTestDetail(store: Store, id: number): Promise<LoadTestDetail> {
  const row = await findLoadTest(store, id);
  const ticks = await ticksAfter(store, id, -1);
  const head = row.head === null ? null : LoadHead.parse(row.head);
  const view = await loadTestView(store, id);
  const resources =
    view.state === 'running'
      ? await resourcesAfter(store, view, 0)
      : (head?.resources ?? []).flatMap(({ points, ...of }) => points.map(([t, v]) => ({ ...of, t, v })));
  return {
    ...view,
    plan: row.plan === null ? null : LoadPlan.omit({ arrivals: true }).parse(row.plan),
    machine: head?.machine ?? null,
    summary: row.summary === null ? null : LoadSummary.parse(row.summary),
    limit: head?.limit ?? null,
    stalls: head?.coordinatedOmission?.stalls ?? null,
    generatorLimit: head?.generatorLimited ?? null,
    firstError: head?.firstError ?? null,
    certificate: head?.target.certificate ?? null,
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

/** What was sampled of the targets during a test after `t` seconds of it. */
export async function resourcesAfter(
  store: Store,
  of: Pick<LoadTestView, 'startedAt' | 'stack'>,
  t: number,
): Promise<LoadResourcePoint[]> {
  if (of.startedAt === null) return [];
  const startedAt = Date.parse(of.startedAt);
  const between = { after: startedAt + t * 1_000, until: Date.now() };
  return resourcePoints(store, of.stack, startedAt, between);
}

interface Facts {
  id: number;
  /** Seconds measured. */
  done: number;
  profile: unknown;
  /** Of a replay, ms; else null. */
  lastArrival: number | null;
}

async function factsOf(store: Store, ids: readonly number[]): Promise<Map<number, Facts>> {
  const { rows } = await store.pool.query<Facts>(
    `select l.id, l.plan->'profile' as profile, (l.plan->'arrivals'->-1->>0)::float8 as "lastArrival",
        (select count(*)::int from load_test_second s where s.load_test_id = l.id) as done
       from load_test l where l.id = any($1)`,
    [ids],
  );
  return new Map(rows.map((r) => [r.id, r]));
}

type LightRow = Omit<LoadTestRow, 'plan' | 'head' | 'sealedOrder'>;

async function viewsOf(store: Store, rows: readonly LightRow[]): Promise<LoadTestView[]> {
  const facts = await factsOf(
    store,
    rows.map((r) => r.id),
  );
  return rows.map((row) => viewOf(row, facts.get(row.id)));
}

function viewOf(row: LightRow, facts: Facts | undefined): LoadTestView {
  const profile = facts?.profile ? LoadProfile.parse(facts.profile) : null;
  const summary = row.summary === null ? null : LoadSummary.parse(row.summary);
  const outcome = row.outcome === null ? null : LoadOutcome.parse(row.outcome);
  const thresholds = summary?.thresholds ?? [];
  const lastArrival = facts?.lastArrival ?? null;
  return {
    id: row.id,
    stack: row.stack.name,
    target: row.target,
    title: row.title,
    kind: profile?.kind ?? null,
    model: profile?.model ?? null,
    state: LoadTestState.parse(row.state),
    outcome,
    reason: row.reason,
    workloadHash: row.workloadHash,
    total: summary && summary.total.count > 0 ? summary.total : null,
    thresholdsPassed:
      thresholds.length === 0 ? null : outcome !== 'threshold' && thresholds.every((t) => t.passed === true),
    generatorLimited: outcome === 'generator-limited',
    secondsDone: facts?.done ?? 0,
    secondsPlanned: profile && plannedSeconds(profile, lastArrival === null ? undefined : [[lastArrival, 0]]),
    jobId: row.jobId,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
