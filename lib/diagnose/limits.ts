/** Thresholds of time and size that a diagnosis may be run with other values for. */
export interface PostgresLimits {
  /** Idle in a transaction for longer is a finding, ms. */
  idleInTransactionMs: number;
  /** A wait for one blocker longer than this is a finding, ms. */
  blockedMs: number;
  /** Sessions that wait for the same blocker, at least. */
  blockedSessions: number;
  /** Lag of a replica, ms. */
  replicaLagMs: number;
  /** Wasted space of one table or index, bytes, and as a share of it. */
  bloatBytes: number;
  bloatShare: number;
}

/**
 * Sources: idle in transaction 60 s: PgHero, PMM. Blocking 3 sessions for 300 s: pganalyze. Replica lag 30 s: Coroot.
 * Bloat of 100 MB and 50 %: PgHero's 100 MB, Coroot's share.
 */
export const defaultLimits: PostgresLimits = {
  idleInTransactionMs: 60_000,
  blockedMs: 300_000,
  blockedSessions: 3,
  replicaLagMs: 30_000,
  bloatBytes: 100_000_000,
  bloatShare: 0.5,
};
