import type pg from 'pg';
import type { ChangeOutcome, ChangePlan, JournalLine, Risk } from '@/lib/contracts/change';
import type { Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { TargetKind } from '@/lib/contracts/target';
import type { AutoConf } from '@/lib/services/restart-request';
import type { Target } from '@/lib/targets/registry';

export interface OptimizationMeta {
  /** `kind/verb-object`, for example `postgres/create-index`; stable. */
  id: string;
  title: string;
  kind: TargetKind;
  risk: Risk;
  /** Locks taken and for how long, in words. */
  locks: string;
  reversible: boolean;
  needsRestart: boolean;
  /** A person plans it; no finding asks for it, and none takes it back. */
  byHand?: boolean;
}

export type Direction = JournalLine['direction'];

/** What carrying out a change left behind, beyond the time it took. */
export interface Carried {
  /** The plan as really carried out, where it had to differ (a name that was taken). */
  plan?: ChangePlan;
  /** Real size of what was built, bytes. */
  sizeBytes?: number;
  /** What it was seen to change on the target. */
  measured?: NonNullable<ChangeOutcome['measured']>;
}

/** What settling found and did, in words, and the state that the change is in now. */
export interface Settled {
  state: 'applied' | 'rolled-back';
  what: string;
  carried?: Carried;
}

/** What an optimization works with while a change is carried out. Holds the lock of the target. */
export interface ChangeSession {
  /** Operator connection to the target database; reads of the optimization go through it. Another one after a restart. */
  readonly client: pg.Client;
  /** `host:port/database`, for messages. */
  address: string;
  /** True when the change was applied before this call: what is found on the target is its own work. */
  wasApplied: boolean;
  signal: AbortSignal | undefined;
  /** Carries out one statement: journal before, execute with timeouts and retries, journal after or failed. */
  execute(step: number, statement: string, options?: ExecuteOptions): Promise<void>;
  /**
   * Stores the plan with the inverse that was worked out from what is there now. Called before the first statement,
   * so that a crash in between finds the way back.
   */
  record(plan: ChangePlan): Promise<void>;
  /** Journals that a step was not needed, and why. */
  skip(step: number, statement: string, why: string): Promise<void>;
  /**
   * As execute, for undoing a step that failed: goes on after a cancel.
   */
  undo(step: number, statement: string, why: string): Promise<void>;
  /** Who restarts the server when told to; null where Ratchet may not. */
  restarter: Restarter | null;
  /**
   * Has the server restarted, and goes on with a connection to it that holds the lock of the target; journaled like a
   * statement. Not cancellable. Where it does not start so, it is started with the `fallback` entries of
   * postgresql.auto.conf, and this throws.
   * @throws AppError 'unsupported' where Ratchet may not; 'internal' | 'timeout' | 'unreachable'.
   */
  restart(step: number, fallback: AutoConf, why?: string): Promise<void>;
}

export interface Restarter {
  /** Refuses a server that is another than the one it restarts. @throws AppError 'unsupported' */
  refuseUnlessOwn(client: pg.Client): Promise<void>;
  /** Resolves when the server answers again. */
  restart(fallback: AutoConf): Promise<void>;
  /** Takes back what a dead process asked for, or waits for its end. */
  withdraw(): Promise<void>;
}

export interface ExecuteOptions {
  /**
   * A statement that waits for older transactions without blocking reads or writes (CONCURRENTLY): may wait
   * long, and runs outside a transaction block.
   */
  concurrent?: boolean;
  /** Longest wait for a lock, ms; by default that of lib/optimize/timeouts. */
  lockTimeoutMs?: number;
  /** Most time the statement may take, ms. */
  statementTimeoutMs?: number;
  /** Removes what a failed attempt left, before the next attempt. */
  beforeRetry?: () => Promise<void>;
}

/** One kind of remedy for a Postgres database. Statements are worked out by `propose` and carried out through the session's journal. */
export interface Optimization {
  meta: OptimizationMeta;
  /** Changes that answer the finding; empty when there is none. Pure. */
  propose(finding: Finding, snapshot: PostgresSnapshot): ChangePlan[];
  /**
   * Carries the plan out. Finding it carried out already is success. Refuses with an AppError before the first
   * statement; after a failed statement it has undone what that left, or the error tells that it could not.
   */
  apply(session: ChangeSession, plan: ChangePlan): Promise<Carried>;
  /** Undoes the plan. Finding it undone already is success. */
  rollback(session: ChangeSession, plan: ChangePlan): Promise<Carried>;
  /** Looks at what a crash in `direction` left on the target, and finishes or undoes it. */
  settle(session: ChangeSession, plan: ChangePlan, direction: Direction): Promise<Settled>;
}

/** What whoever applies a change may ask for besides. */
export interface Asked {
  /** Redis: whether the server also writes its configuration file. Left out: as it was when last applied. */
  writeConfigFile?: boolean | undefined;
}

/** What an optimization works with that sends requests or commands. Holds the lock of the target. */
export interface CommandSession {
  target: Target;
  asked: Asked;
  /** For messages. */
  address: string;
  /** True when the change was applied before this call: what is found on the target is its own work. */
  wasApplied: boolean;
  /** As for Postgres: stores the plan with the inverse that was read, before the first step. */
  record(plan: ChangePlan): Promise<void>;
  /** Carries out one step: journal before, do it, journal after or failed. */
  execute(step: number, statement: string, work: () => Promise<unknown>): Promise<void>;
  /** Journals that a step was not needed, and why. */
  skip(step: number, statement: string, why: string): Promise<void>;
  /** As execute, for undoing a step that failed: goes on after a cancel. */
  undo(step: number, statement: string, why: string, work: () => Promise<unknown>): Promise<void>;
}

/** One kind of remedy for a target that is changed by requests or commands. As Optimization. */
export interface CommandOptimization {
  meta: OptimizationMeta;
  runs: 'commands';
  /** `snapshot` is what the collector of the target last read, whole. Pure. */
  propose(finding: Finding, snapshot: unknown): ChangePlan[];
  apply(session: CommandSession, plan: ChangePlan): Promise<Carried>;
  rollback(session: CommandSession, plan: ChangePlan): Promise<Carried>;
  settle(session: CommandSession, plan: ChangePlan, direction: Direction): Promise<Settled>;
}
