/** `lock_timeout` of a statement whose lock could hold up others. Default of the product, RULES.md. */
export const lockTimeoutMs = 2_000;
/**
 * `lock_timeout` of a CONCURRENTLY statement. Its waits are for older transactions to end, under a SHARE UPDATE
 * EXCLUSIVE lock that holds up neither reads nor writes; 2 s would make it fail beside any longer transaction.
 */
export const concurrentLockTimeoutMs = 5 * 60_000;
/** As above, for undoing: what cannot be undone by then is left to settling, which tries again. */
export const undoLockTimeoutMs = 30_000;
/** Transactions older than this hold back an index build for so long that it is refused with their names. */
export const longTransactionMs = 5 * 60_000;
/** A replica farther behind than this is not given the WAL of an index build on top. Coroot's default for replica lag. */
export const replicaLagMs = 30_000;
/** Longest index build. */
export const buildTimeoutMs = 60 * 60_000;
/** Longest statement of any other kind. */
export const statementTimeoutMs = 10 * 60_000;
/** Attempts at a statement that fails on a lock, and the pause between them, which doubles. */
export const lockAttempts = 5;
export const concurrentAttempts = 2;
export const lockPauseMs = 500;
/** How long to wait for another change of the same database to end. */
export const targetLockWaitMs = 15_000;
/** Between two requests to cancel a statement. */
export const cancelPauseMs = 300;
