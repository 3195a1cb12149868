import { ChangeOutcome, ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import {
  type ForestRow,
  type TrialDesign,
  type TrialDetail,
  TrialKind,
  TrialProgress,
  TrialState,
  type TrialSummary,
} from '@/lib/contracts/trial';
import type { RecordSegment } from '@/lib/contracts/trial-record';
import { Verdict } from '@/lib/contracts/verdict';
import { distributionOf, segmentFigures } from '@/lib/prove/verdict/figures';
import type { Store } from '@/lib/store/client';
import { noiseOfTrial } from './noise';
import { recordOf, recordSegment } from './record';
import { designOf, findTrial, type ListedTrial, listed, type OpenFacts, openFacts } from './rows';

/**
 * A trial as lists show it. Figures are those of its stored verdict, null until there is one; goal and progress of a
 * trial without verdict come from `open`.
 */
export function trialSummary(row: ListedTrial, open?: OpenFacts): TrialSummary {
  const verdict = verdictOf(row);
  return {
    id: row.id,
    stack: row.stack.name,
    kind: TrialKind.parse(row.kind),
    title: row.title,
    changeId: row.changeId,
    state: TrialState.parse(row.state),
    outcome: verdict?.verdict ?? null,
    ratio: verdict?.ratio ?? null,
    low: verdict?.low ?? null,
    high: verdict?.high ?? null,
    metric: verdict?.metric ?? open?.goal?.metric ?? null,
    goal: verdict?.goal ?? open?.goal?.endpoint ?? null,
    decision: decisionOf(row),
    jobId: row.jobId,
    progress: open?.progress ?? null,
    error: row.error,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** Throws AppError('not-found'). */
export async function trialSummaryOf(store: Store, id: number): Promise<TrialSummary> {
  const row = await store.db.trial.findUnique({ where: { id }, ...listed });
  if (!row) throw new AppError('not-found', `There is no trial ${id}.`);
  return trialSummary(row, (await openFacts(store, [id])).get(id));
}

/** Trials, newest first; of one stack when it is named. */
export async function listTrials(
  store: Store,
  o: { stack?: string | undefined } = {},
): Promise<TrialSummary[]> {
  const rows = await store.db.trial.findMany({
    where: o.stack === undefined ? {} : { stack: { name: o.stack } },
    ...listed,
    orderBy: { id: 'desc' },
  });
  const running = rows.filter((r) => r.state === 'queued' || r.state === 'running').map((r) => r.id);
  const open = await openFacts(store, running);
  return rows.map((row) => trialSummary(row, open.get(row.id)));
}

/** Plans of what a trial switches, in the order of applying: of its one change, or of all that it measures together. */
async function plansOf(store: Store, own: unknown, design: TrialDesign): Promise<ChangePlan[]> {
  if (own !== undefined) return [ChangePlan.parse(own)];
  const ids = (design.changes ?? []).map((c) => c.id);
  if (ids.length === 0) return [];
  const rows = await store.db.change.findMany({
    where: { id: { in: ids } },
    select: { id: true, plan: true },
  });
  return ids.flatMap((id) => rows.filter((r) => r.id === id).map((r) => ChangePlan.parse(r.plan)));
}

/** One trial with its design, verdict, distributions and the figures of every segment. Throws AppError('not-found'). */
export async function trialDetail(store: Store, id: number): Promise<TrialDetail> {
  const row = await findTrial(store, id);
  const design = designOf(row);
  const stored = await store.db.segment.findMany({ where: { trialId: id }, orderBy: { order: 'asc' } });
  const segments = stored.map(recordSegment);
  const plans = await plansOf(store, row.change?.plan, design);
  const outcome = ChangeOutcome.safeParse(row.change?.outcome);
  const progress = TrialProgress.safeParse(row.progress);
  return {
    ...trialSummary(row),
    goal: design.goal?.endpoint ?? null,
    progress: progress.success ? progress.data : null,
    design,
    verdict: verdictOf(row),
    noise: await noiseOfTrial(store, row.kind === 'aa' ? row.id : row.noiseId, design),
    decidedBy: row.decidedBy,
    decidedWhy: row.decidedWhy,
    statements: plans.flatMap((plan) => plan.steps.map((s) => s.statement)),
    inverse: plans.toReversed().flatMap((plan) => plan.inverse.map((s) => s.statement)),
    changeState: row.change?.state ?? null,
    outcomeFacts: outcome.success ? outcome.data : null,
    distributions: distributions(row, design, segments),
    segments: segments.map(segmentFigures),
  };
}

/** The last finished trial of each change of a stack, newest first. */
export async function forestRows(store: Store, stack: string): Promise<ForestRow[]> {
  const rows = await store.db.trial.findMany({
    where: { stack: { name: stack }, kind: 'change', state: 'done', changeId: { not: null } },
    orderBy: [{ finishedAt: 'desc' }, { id: 'desc' }],
    distinct: ['changeId'],
    ...listed,
  });
  return rows.flatMap((row) => {
    const verdict = verdictOf(row);
    if (verdict === null || row.changeId === null) return [];
    const { verdict: outcome, metric, ratio, low, high } = verdict;
    return [
      {
        changeId: row.changeId,
        trialId: row.id,
        title: row.title,
        at: (row.finishedAt ?? row.createdAt).toISOString(),
        outcome,
        metric,
        ratio,
        low,
        high,
        decision: decisionOf(row),
      },
    ];
  });
}

function verdictOf(row: ListedTrial): Verdict | null {
  return row.verdict === null ? null : Verdict.parse(row.verdict);
}

function decisionOf(row: ListedTrial): 'kept' | 'rolled-back' | null {
  return row.decision === 'kept' || row.decision === 'rolled-back' ? row.decision : null;
}

function distributions(
  trial: { title: string; kind: string },
  design: TrialDesign,
  segments: RecordSegment[],
): TrialDetail['distributions'] {
  const record = recordOf(trial, design, segments);
  const endpoints = [...new Set(segments.flatMap((s) => Object.keys(s.endpoints)))];
  return endpoints.flatMap((endpoint) =>
    (['before', 'after'] as const)
      .map((arm) => distributionOf(record, endpoint, arm))
      .filter((d) => d.points.length > 0),
  );
}
