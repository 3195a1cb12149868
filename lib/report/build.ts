import { configurationOf } from '@/lib/configure/configuration';
import { ChangeOutcome, ChangePlan } from '@/lib/contracts/change';
import { type Diagnosis, type Finding, severities } from '@/lib/contracts/finding';
import type { ReportChange, ReportDocument, ReportTrial } from '@/lib/contracts/report';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { TrialKind } from '@/lib/contracts/trial';
import { windowMean } from '@/lib/observe/series/window-mean';
import { changeDetail } from '@/lib/optimize/views';
import { noiseOfTrial } from '@/lib/prove/trial/noise';
import { recordOf, recordSegment } from '@/lib/prove/trial/record';
import { designOf, findTrial } from '@/lib/prove/trial/rows';
import { recommendationsOf } from '@/lib/recommend/verbs';
import { chainHead } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import { loadTargets, targetViews } from '@/lib/targets/registry';
import packageJson from '@/package.json';
import { environment } from './environment';
import { freezeInTurns, type ReportFacts } from './freeze';
import { reportLoadTest } from './loads/gather';
import { notMeasured } from './not-measured';
import { hostsOf, redactFacts } from './redact';
import { reportWatched } from './watched/gather';
import { missingOf } from './watched/missing';

export interface ReportInput {
  stack: string;
  /** By default that of a pass. */
  title?: string;
  passId?: number | null;
  /** In the order they ran. */
  trialIds: readonly number[];
  /** In the order they ran. */
  loadTestIds?: readonly number[];
  /** Every change that was considered, tried or not. */
  changeIds: readonly number[];
  diagnosis: Diagnosis;
  startedAt: Date;
  finishedAt: Date;
  /** Whether it gets a score: one of trials that somebody picked would say what they picked. By default it does. */
  scored?: boolean;
  /** Further things that were not measured, and why. */
  skipped?: readonly { what: string; why: string }[];
}

/**
 * The frozen document of a pass, a period, a change or of what somebody picked, from what the store holds. Verdicts are
 * computed from the records, not read.
 * It holds no credentials, no host names and no parameter values. Throws AppError not-found for an unknown id.
 */
export async function buildReport(store: Store, input: ReportInput): Promise<ReportDocument> {
  const trials: ReportTrial[] = [];
  for (const id of input.trialIds) trials.push(await reportTrial(store, id));
  const changes: ReportChange[] = [];
  for (const id of input.changeIds) changes.push(await reportChange(store, id, trials));
  const loadTests: ReportLoadTest[] = [];
  for (const id of input.loadTestIds ?? []) loadTests.push(await reportLoadTest(store, id));
  const targets = await targetViews(store, input.stack);
  const watched = await reportWatched(store, {
    ...{ stack: input.stack, targets },
    ...{ from: input.startedAt, to: input.finishedAt },
  });
  const skipped = [...(input.skipped ?? []), ...missingOf(watched, targets)];
  const hosts = (await loadTargets(store, { stack: input.stack })).flatMap((t) => hostsOf(t.address));
  const { findings, cannotCheck } = input.diagnosis;
  const facts: ReportFacts = {
    schema: 1,
    product: { name: 'Ratchet', version: packageJson.version },
    title: input.title ?? `Performance pass over ${input.stack}`,
    stack: input.stack,
    startedAt: input.startedAt.toISOString(),
    finishedAt: input.finishedAt.toISOString(),
    environment: await environment(store, input),
    targets: targets.map(({ name, kind, version, status, unreachableSince }) => ({
      name,
      kind,
      version,
      status: unreachableSince ? 'unreachable' : status,
    })),
    findings: bySeverity(findings),
    cannotCheck,
    ...(input.scored === false ? {} : { vitals: await vitalsOf(store, input) }),
    recommendations: (await recommendationsOf(store, input.stack, input.finishedAt)).items,
    configuration: (await configurationOf(store, input.stack, input.finishedAt)).files,
    changes,
    trials,
    loadTests,
    watched,
    notMeasured: notMeasured({ trials, loadTests, changes, targets, findings, skipped }),
  };
  const evidence = await chainHead(store.db);
  return freezeInTurns({ ...redactFacts(facts, hosts), ...(evidence === null ? {} : { evidence }) });
}

const bySeverity = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted(
    (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.weight - a.weight,
  );

async function reportTrial(store: Store, id: number): Promise<ReportTrial> {
  const row = await findTrial(store, id);
  const segments = await store.db.segment.findMany({ where: { trialId: id }, orderBy: { order: 'asc' } });
  const design = designOf(row);
  return {
    id,
    kind: TrialKind.parse(row.kind),
    title: row.title,
    changeKey: row.change?.key ?? null,
    state: row.state,
    record: segments.length > 0 ? recordOf(row, design, segments.map(recordSegment)) : null,
    verdict: null,
    noise: await noiseOfTrial(store, row.noiseId, design),
    decision: row.decision === 'kept' || row.decision === 'rolled-back' ? row.decision : null,
    decidedWhy: row.decidedWhy ?? row.error,
  };
}

async function reportChange(store: Store, id: number, trials: readonly ReportTrial[]): Promise<ReportChange> {
  const detail = await changeDetail(store, id);
  const own = new Set(detail.trials.map((t) => t.id));
  const trial = trials.findLast((t) => own.has(t.id))?.id ?? null;
  return {
    key: detail.plan.key,
    state: detail.state,
    target: detail.target,
    plan: ChangePlan.parse(detail.plan),
    outcome: detail.outcome === null ? null : ChangeOutcome.parse(detail.outcome),
    journal: detail.journal,
    trial,
  };
}

/** What the score looks at beside the trials. */
const scored = ['pg.hit_ratio', 'pg.connections', 'pg.connections_max', 'redis.hit_ratio'] as const;

async function vitalsOf(store: Store, o: ReportInput): Promise<NonNullable<ReportDocument['vitals']>> {
  const of = scored.map((metric) => windowMean(store, o.stack, metric, o.startedAt, o.finishedAt));
  const means = (await Promise.all(of))
    .flat()
    .filter((m) => m.label === '')
    .map(({ target, metric, mean, samples }) => ({ target, metric, mean, samples }));
  return { from: o.startedAt.toISOString(), to: o.finishedAt.toISOString(), means };
}
