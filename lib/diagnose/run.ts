import type pg from 'pg';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { CannotCheck, Diagnosis, Finding } from '@/lib/contracts/finding';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import {
  type PgSessionCounters,
  type PgStatementBaseline,
  PostgresSnapshot,
} from '@/lib/contracts/postgres-snapshot';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { TargetKind } from '@/lib/contracts/target';
import { messageOf } from '@/lib/targets/postgres/errors';
import { readServerMachine, type StatedMachine } from '@/lib/targets/postgres/server-machine';
import { adviseTarget } from './index-advice/advise-target';
import { defaultLimits, type PostgresLimits } from './limits';
import { relate } from './relate';
import { dockerRules } from './rules/docker';
import type { CpuWindow, MemoryWindow, ThrottledWindow } from './rules/docker/types';
import { httpRules } from './rules/http';
import type { ApplicationWindow, KnownView } from './rules/http/types';
import { postgresRules } from './rules/postgres';
import { isCandidate } from './rules/postgres/materialized-view-candidate';
import { redisRules } from './rules/redis';
import type { JudgedStatement, PostgresContext, RuleResult, WorkloadStatement } from './types';
import { type DraftResult, draftView } from './view-advice/draft';
import { analyseWorkload } from './workload/analyse-workload';
import { readLiveFacts } from './workload/live-facts';
import { type PlanningTime, readPlanningTimes } from './workload/planning-time';
import { judgedStatements, recentStatements } from './workload/recent';

export interface DiagnoseTarget {
  name: string;
  kind: TargetKind;
  /** What the target's collector read, whole; for Postgres a PostgresSnapshot. */
  snapshot: unknown;
  /** Runs a function with an observer connection to the target, for EXPLAIN. Without it no index advice is given. */
  withConnection?: <T>(fn: (client: pg.Client) => Promise<T>) => Promise<T>;
  /** Postgres: session counters of an earlier reading, to work rates out of. */
  earlier?: PgSessionCounters | null;
  /** Postgres: statement counters of about an hour ago, so that the time since is judged by itself. */
  baseline?: PgStatementBaseline | null;
  /** Postgres and Redis: what the owner says of the server's machine. */
  machine?: StatedMachine;
  /** Postgres: Ratchet may restart the server when told to. */
  restartable?: boolean;
  /** Docker: working sets over a window of samples, by container. */
  memory?: ReadonlyMap<string, MemoryWindow>;
  /** Docker: CPU over the last minutes, by container. */
  cpu?: ReadonlyMap<string, CpuWindow>;
  /** Docker: share of CPU periods held back over the last minutes, by container. */
  throttled?: ReadonlyMap<string, ThrottledWindow>;
  /** HTTP: what the service told of its pool and its cache over the last minutes. */
  application?: ApplicationWindow;
  /** Postgres: thresholds other than the defaults. */
  limits?: Partial<PostgresLimits>;
}

export interface DiagnoseInput {
  targets: DiagnoseTarget[];
}

/**
 * Runs every rule on every target. A rule that cannot look says why in `cannotCheck`; findings come heaviest
 * first. Writes nothing; of the targets it asks only EXPLAIN.
 */
export async function diagnose(input: DiagnoseInput): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const cannotCheck: CannotCheck[] = [];
  // A service is judged by what its databases have, so those come first.
  const services = input.targets.filter((t) => t.kind === 'http');
  const databases: Databases | null = services.length > 0 ? { views: [], planning: [] } : null;
  for (const target of [...input.targets.filter((t) => t.kind !== 'http'), ...services]) {
    for (const result of await rulesOf(target, databases)) {
      findings.push(...result.findings);
      cannotCheck.push(...(result.cannotCheck ?? []));
    }
  }
  return { findings: byWeight(relate(findings)), cannotCheck };
}

/** What services are judged by of the databases beside them. */
type Databases = { views: KnownView[]; planning: PlanningTime[] };

/** What a database has is added to `databases`; null where there is no service. */
async function rulesOf(target: DiagnoseTarget, databases: Databases | null): Promise<RuleResult[]> {
  switch (target.kind) {
    case 'postgres': {
      const context = await gatherPostgres(target);
      databases?.views.push(...knownViews(context));
      databases?.planning.push(...(await planningTimes(target, context)));
      return postgresRules.map((rule) => rule.check(context));
    }
    case 'redis': {
      const context = {
        target: target.name,
        snapshot: RedisSnapshot.parse(target.snapshot),
        memoryBytes: target.machine?.memoryBytes,
      };
      return redisRules.map((rule) => rule.check(context));
    }
    case 'docker': {
      const snapshot = DockerSnapshot.parse(target.snapshot);
      const { memory = null, cpu = null, throttled = null } = target;
      const context = { target: target.name, snapshot, memory, cpu, throttled };
      return dockerRules.map((rule) => rule.check(context));
    }
    case 'http': {
      const context = {
        target: target.name,
        snapshot: HttpSnapshot.parse(target.snapshot),
        application: target.application ?? {},
        ...(databases ?? { views: [], planning: [] }),
      };
      return httpRules.map((rule) => rule.check(context));
    }
  }
}

/** Reads what the Postgres rules look at beyond the snapshot: parsed statements, index advice, the present state. */
export async function gatherPostgres(target: DiagnoseTarget): Promise<PostgresContext> {
  const snapshot = PostgresSnapshot.parse(target.snapshot);
  const recent = recentStatements(snapshot, target.baseline ?? null);
  const statements = judgedStatements(snapshot, recent);
  const workload = judgedWorkload(await analyseWorkload(snapshot), statements);
  const noConnection = 'no connection to the database was given';
  const context: PostgresContext = {
    target: target.name,
    snapshot,
    statements,
    recent,
    workload,
    advice: null,
    adviceMissing: snapshot.statementsMissing ?? noConnection,
    live: null,
    liveMissing: noConnection,
    earlier: target.earlier ?? null,
    views: await draftViews(snapshot, workload),
    machine: null,
    restartable: target.restartable ?? false,
    limits: { ...defaultLimits, ...target.limits },
  };
  if (!target.withConnection) return context;
  try {
    await target.withConnection(async (client) => {
      context.live = await readLiveFacts(client);
      context.machine = await readServerMachine(client, target.machine);
      if (snapshot.statements !== null) context.advice = await adviseTarget(client, snapshot, workload);
    });
  } catch (error) {
    // What could not be read is said by the rules that need it; the others go on.
    if (context.live === null) context.liveMissing = messageOf(error);
    if (context.advice === null && snapshot.statements !== null)
      context.adviceMissing = `The workload could not be costed: ${messageOf(error)}`;
  }
  return context;
}

/** The parsed statements with the figures that they are judged by, largest share first. */
function judgedWorkload(
  workload: readonly WorkloadStatement[],
  statements: readonly JudgedStatement[],
): WorkloadStatement[] {
  const judged = new Map(statements.map((s) => [s.statement.queryId, s]));
  return workload
    .map((item) => {
      const of = judged.get(item.statement.queryId);
      return of ? { ...item, statement: of.statement, share: of.share } : item;
    })
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
}

async function draftViews(
  snapshot: PostgresSnapshot,
  workload: readonly WorkloadStatement[],
): Promise<PostgresContext['views']> {
  const drafts = new Map<string, DraftResult>();
  for (const item of workload) {
    if (isCandidate(item)) drafts.set(item.statement.queryId, await draftView(item, snapshot));
  }
  return drafts;
}

/** Empty where the database cannot be asked; the rules that need it then find nothing. */
async function planningTimes(
  { withConnection }: DiagnoseTarget,
  { workload }: PostgresContext,
): Promise<PlanningTime[]> {
  if (!withConnection) return [];
  return withConnection((client) => readPlanningTimes(client, workload)).catch(() => []);
}

function knownViews({ target, snapshot, views, workload }: PostgresContext): KnownView[] {
  const drafts = [...views].flatMap(([queryId, { draft }]) => (draft ? [{ queryId, draft }] : []));
  return snapshot.tables
    .filter((t) => t.kind === 'm')
    .map(({ schema, name }) => {
      const held = drafts.find(({ draft }) => draft.schema === schema && draft.name === name);
      const share = workload.find((w) => w.statement.queryId === held?.queryId)?.share ?? null;
      return { name: `${schema}.${name}`, target, share };
    });
}

const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function byWeight(findings: Finding[]): Finding[] {
  return findings.sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.weight - a.weight || a.key.localeCompare(b.key),
  );
}
