import type { JournalLine } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import type { Direction } from './types';

export interface JournalEntryInput {
  changeId: number;
  direction: Direction;
  step: number;
  phase: JournalLine['phase'];
  statement: string;
  detail?: string;
}

/**
 * Writes one line and returns once it is committed: a step is not begun before its line is durable.
 * Throws AppError('internal') when the store does not take it.
 */
export async function writeJournal(store: Store, entry: JournalEntryInput): Promise<void> {
  try {
    await store.db.$transaction(async (tx) => {
      const { id } = await tx.journalEntry.create({ data: { ...entry, detail: entry.detail ?? null } });
      await appendToChain(tx, 'journal', [id]);
    }, chained);
  } catch (cause) {
    throw new AppError('internal', `The journal of change ${entry.changeId} could not be written.`, {
      cause,
    });
  }
}

/** Detail of a `before` line: names the server process that carries the step out, so that it can be found later. */
export function backendDetail(backend: Backend): string {
  return `by server process ${backend.pid} started ${backend.startedAt}`;
}

/** A server process of PostgreSQL; the start time tells it from a later one with the same number. */
export interface Backend {
  pid: number;
  /** UTC with microseconds. */
  startedAt: string;
}

/** The server process named in a `before` line, if it names one. */
export function backendOf(detail: string | null): Backend | null {
  const found = /^by server process (\d+) started (\S+)$/.exec(detail ?? '');
  return found?.[1] && found[2] ? { pid: Number(found[1]), startedAt: found[2] } : null;
}

/** The newest `before` line of a change, with the server process that began it. */
export async function lastBegun(
  store: Store,
  changeId: number,
): Promise<{ statement: string; step: number; backend: Backend | null } | null> {
  const row = await store.db.journalEntry.findFirst({
    where: { changeId, phase: 'before' },
    orderBy: { id: 'desc' },
  });
  return row ? { statement: row.statement, step: row.step, backend: backendOf(row.detail) } : null;
}
