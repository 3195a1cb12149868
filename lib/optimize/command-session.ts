import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { messageOf } from '@/lib/targets/postgres/errors';
import type { Target } from '@/lib/targets/registry';
import { writeJournal } from './journal';
import type { SessionInput } from './session';
import { lockInStore } from './store-lock';
import type { CommandSession } from './types';

/** A command session and what was sent, in order. */
export interface OpenCommandSession extends CommandSession {
  statements: string[];
  close(): Promise<void>;
}

/**
 * Takes the lock of a target that is changed by requests or commands, and gives the optimization what it works
 * with. The optimization connects by itself. The caller closes the session.
 * @throws AppError 'conflict' | 'cancelled'
 */
export async function openCommandSession(
  store: Store,
  target: Target,
  input: Omit<SessionInput, 'connection'>,
): Promise<OpenCommandSession> {
  const { changeId, direction, signal, wasApplied } = input;
  const lock = await lockInStore(store, target.id, target.address, signal);
  const statements: string[] = [];
  const prefix = input.settling ? 'settling: ' : '';
  const journal = (
    step: number,
    phase: 'before' | 'after' | 'failed' | 'settled',
    statement: string,
    detail?: string,
  ) =>
    writeJournal(store, {
      changeId,
      direction,
      step,
      phase,
      statement,
      ...(detail ? { detail } : {}),
    });
  const send = async (step: number, statement: string, work: () => Promise<unknown>) => {
    await journal(step, 'before', statement, prefix);
    statements.push(statement);
    try {
      await work();
    } catch (error) {
      await journal(step, 'failed', statement, prefix + messageOf(error));
      throw error;
    }
    await journal(step, 'after', statement, prefix);
  };
  return {
    target,
    asked: input.asked ?? {},
    address: target.address,
    wasApplied,
    statements,
    async execute(step, statement, work) {
      if (signal?.aborted) throw new AppError('cancelled', `Cancelled before: ${statement}`);
      await send(step, statement, work);
    },
    async record(plan) {
      await store.db.change.update({ where: { id: changeId }, data: { plan: plan as object } });
    },
    skip: (step, statement, why) => journal(step, 'after', statement, why),
    async undo(step, statement, why, work) {
      await journal(step, 'settled', statement, `undoing: ${why}`);
      await send(step, statement, work);
    },
    close: () => lock.release(),
  };
}
