import type { Store } from '../client';
import { appendToChain, chained, chainHead, lockChain } from './append';
import { endedStates, inHandStates } from './contents';

/**
 * Puts into an empty chain what the store held before there was a chain, oldest first within each kind. Does nothing
 * once there is an entry. Call at worker start, before any job runs. Returns the number of entries written.
 */
export async function beginChain(store: Store): Promise<number> {
  return store.db.$transaction(
    async (tx) => {
      await lockChain(tx);
      if ((await chainHead(tx)) !== null) return 0;
      const by = { select: { id: true }, orderBy: { id: 'asc' } } as const;
      const journal = await tx.journalEntry.findMany(by);
      const changes = await tx.change.findMany({ ...by, where: { state: { in: inHandStates } } });
      const trials = await tx.trial.findMany({ ...by, where: { state: { in: endedStates } } });
      const reports = await tx.report.findMany(by);
      await appendToChain(tx, 'journal', idsOf(journal));
      await appendToChain(tx, 'change', idsOf(changes));
      await appendToChain(tx, 'trial', idsOf(trials));
      await appendToChain(tx, 'report', idsOf(reports));
      return journal.length + changes.length + trials.length + reports.length;
    },
    { ...chained, timeout: 600_000 },
  );
}

const idsOf = <T>(rows: readonly { id: T }[]): T[] => rows.map((row) => row.id);
