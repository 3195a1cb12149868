import type { CannotCheck, Finding, Threshold } from '@/lib/contracts/finding';
import type { IndexShape } from '@/lib/contracts/index-shape';
import type {
  PgIndex,
  PgSessionCounters,
  PgStatement,
  PostgresSnapshot,
} from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import type { TargetKind } from '@/lib/contracts/target';
import type { ServerMachine } from '@/lib/targets/postgres/server-machine';
import type { WriteCost } from './index-advice/write-cost';
import type { PostgresLimits } from './limits';
import type { DraftResult } from './view-advice/draft';
import type { LiveFacts } from './workload/live-facts';
import type { RecentStatements } from './workload/recent';

export interface RuleMeta {
  /** `kind/topic`, as RULES.md orders them; stable. */
  id: string;
  title: string;
  kind: TargetKind;
  /** What must be there for the rule to run, in words. */
  needs: string[];
  thresholds: Threshold[];
}

/** A rule yields findings, and says where it could not look. */
export interface RuleResult {
  findings: Finding[];
  cannotCheck?: CannotCheck[];
}

/** A rule: what it is, and a pure function of what was gathered. */
export interface Rule<Context> {
  meta: RuleMeta;
  check(context: Context): RuleResult;
}

/** A statement as the rules judge it. */
export interface JudgedStatement {
  /** Its figures over the time that it is judged by. */
  statement: PgStatement;
  /** Its figures since the statistics were reset. */
  counted: PgStatement;
  /** Share of database time over the same time as `statement`, 0..1. */
  share: number;
  /** That time in words: `in the last 58 minutes`. */
  window: string;
}

/** A statement of the workload with what parsing it told, or why it could not be parsed. */
export interface WorkloadStatement {
  statement: PgStatement;
  /** Share of database time, 0..1, where it is not that of the snapshot's totals. */
  share?: number;
  analysis: StatementAnalysis | null;
  unsupported: string | null;
}

/** An index that the workload wants, with what it is expected to bring. */
export interface IndexAdvice extends IndexShape {
  /** Statements that gain, greatest saving first. */
  gains: {
    queryId: string;
    calls: number;
    meanMs: number;
    /** Share of database time, 0..1. */
    share: number;
    /** Share of the statement's cost that the index saves beside the other advised ones, estimated, 0..1. */
    saves: number;
    /** Planner's cost now, beside all advised indexes but this one, and beside all of them. */
    before: number;
    without: number;
    after: number;
  }[];
  /** What the savings come from: the planner with a hypothetical index, or selectivity. */
  basis: 'hypopg' | 'selectivity';
  /** Estimated size, bytes. */
  sizeBytes: number;
  /** Existing indexes that it makes redundant. */
  redundant: PgIndex[];
  writes: WriteCost;
}

/** The advised indexes of one database, and what bounded them. */
export interface Advice {
  indexes: IndexAdvice[];
  basis: IndexAdvice['basis'];
  budgetBytes: number;
  /** Indexes that would have been worth it but for the budget, with their estimated size. */
  beyondBudget: (IndexShape & { sizeBytes: number })[];
  /** The time ran out before all was looked at. */
  cutShort: boolean;
  /** What stands in the way of further advice, a sentence each. */
  hints: string[];
}

/** What the Postgres rules look at: gathered before, so that the rules are pure. */
export interface PostgresContext {
  /** Target name. */
  target: string;
  snapshot: PostgresSnapshot;
  /** Its statements, largest share of database time first; empty where they are not available. */
  statements: JudgedStatement[];
  /** What they did since an earlier reading; null without one. */
  recent: RecentStatements | null;
  /** The costliest of them, with the figures they are judged by. */
  workload: WorkloadStatement[];
  /** Null where statements are not available; see `adviceMissing`. */
  advice: Advice | null;
  adviceMissing: string | null;
  /** Null where no connection could be had; see `liveMissing`. */
  live: LiveFacts | null;
  liveMissing: string | null;
  /** Session counters of an earlier reading, for rates; null without one. */
  earlier: PgSessionCounters | null;
  /** Materialized views drafted for costly aggregates, by queryid. */
  views: ReadonlyMap<string, DraftResult>;
  /** The machine of the server, as far as it is known. */
  machine: ServerMachine | null;
  /** Ratchet may restart the server when told to. */
  restartable: boolean;
  limits: PostgresLimits;
}
