/** Bounds of a transaction of the target verbs, ms: generous, for a store on a busy machine. */
export const inTime = { timeout: 20_000, maxWait: 20_000 };

/** Removing a target deletes its samples of two days and its roll-ups in the same transaction. */
export const inTimeWithSeries = { timeout: 120_000, maxWait: 20_000 };
