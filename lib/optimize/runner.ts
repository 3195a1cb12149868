import type { Actor } from '@/lib/contracts/auth';
import type { ChangeState } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { type Carrier, openCarrier } from './carry';
import { takeChange } from './change-lock';
import { HalfDoneError, StillAppliedError } from './half-done';
import { refuseConfigFile } from './redis/config-file';
import { settleTaken } from './settle';
import { loadChange, type StoredChange, saveChange, targetOfChange } from './stored-change';
import type { Asked, Carried, Direction } from './types';

export { settleChanges } from './settle';
export { changeDetail, listChanges } from './views';

/**
 * Carries out a change: journaled step by step, one at a time per target database, audited. Applying a change
 * that is applied already checks it on the target and is success. Aborting the signal cancels the running
 * statement on the server and undoes what it left.
 * @throws AppError 'not-found' | 'conflict' (in hand, lock or long transactions) | 'privilege-missing' |
 * 'unsupported' | 'unreachable' | 'cancelled' | 'timeout'.
 */
export function applyChange(
  store: Store,
  changeId: number,
  actor: Actor,
  signal?: AbortSignal,
  asked: Asked = {},
): Promise<void> {
  return carryOut(store, changeId, 'apply', actor, signal, asked);
}

/**
 * Undoes a change with its recorded inverse; else as applyChange. A change that is not applied needs no
 * undoing and is success.
 * @throws AppError as applyChange; 'unsupported' when the change has no inverse.
 */
export function rollbackChange(
  store: Store,
  changeId: number,
  actor: Actor,
  signal?: AbortSignal,
): Promise<void> {
  return carryOut(store, changeId, 'rollback', actor, signal, {});
}

async function carryOut(
  store: Store,
  changeId: number,
  direction: Direction,
  actor: Actor,
  signal: AbortSignal | undefined,
  asked: Asked,
): Promise<void> {
  const taken = await takeChange(store, changeId);
  if (!taken)
    throw new AppError(
      'conflict',
      `Change ${changeId} is being carried out right now. Try again when it is done.`,
    );
  try {
    let change = await loadChange(store, changeId);
    if (change.state === 'applying' || change.state === 'rolling-back') {
      // Nobody has it in hand: an earlier process died with it.
      await settleTaken(store, change);
      change = await loadChange(store, changeId);
    }
    if (direction === 'rollback' && nothingToUndo(change)) return;
    await carryOutTaken(store, change, direction, actor, signal, asked);
  } finally {
    await taken.release();
  }
}

async function carryOutTaken(
  store: Store,
  change: StoredChange,
  direction: Direction,
  actor: Actor,
  signal: AbortSignal | undefined,
  asked: Asked,
): Promise<void> {
  const { plan } = change;
  if (direction === 'rollback' && plan.inverse.length === 0)
    throw new AppError('unsupported', `"${plan.title}" has no inverse: there is nothing to roll back.`);
  refuseConfigFile(plan, asked);
  const target = await targetOfChange(store, change);
  const wasApplied = change.state === 'applied';
  let session: Carrier | null = null;
  try {
    session = await openCarrier(store, plan.optimization, target, {
      changeId: change.id,
      direction,
      wasApplied,
      signal,
      asked,
    });
    await saveChange(store, change.id, { state: direction === 'apply' ? 'applying' : 'rolling-back' });
    const started = performance.now();
    const carried = await (direction === 'apply' ? session.apply(plan) : session.rollback(plan));
    await saveDone(
      store,
      change,
      direction,
      carried,
      performance.now() - started,
      session.statements.length > 0,
    );
  } catch (cause) {
    const error = session ? session.errorOf(cause) : cause;
    await saveFailed(store, change, actor, target.name, direction, session, error);
    throw error;
  } finally {
    await session?.close();
  }
  await audit(store.db, actor, {
    ...event(change, target.name, direction),
    statements: [...session.statements],
    outcome: 'ok',
  });
}

/** A time is stored only for statements that ran: finding the work done already measured nothing. */
async function saveDone(
  store: Store,
  change: StoredChange,
  direction: Direction,
  carried: Carried,
  ms: number,
  ran: boolean,
): Promise<void> {
  const { error: _, ...outcome } = change.outcome;
  const time = ran ? (direction === 'apply' ? { applyMs: ms } : { rollbackMs: ms }) : {};
  const size = carried.sizeBytes === undefined ? {} : { sizeBytes: carried.sizeBytes };
  const measured = carried.measured === undefined ? {} : { measured: carried.measured };
  await saveChange(store, change.id, {
    state: direction === 'apply' ? 'applied' : 'rolled-back',
    plan: carried.plan,
    outcome: { ...outcome, ...time, ...size, ...measured },
  });
}

async function saveFailed(
  store: Store,
  change: StoredChange,
  actor: Actor,
  target: string,
  direction: Direction,
  session: Carrier | null,
  error: unknown,
): Promise<void> {
  const statements = [...(session?.statements ?? [])];
  const message = error instanceof Error ? error.message : String(error);
  const halfDone =
    error instanceof HalfDoneError ||
    (statements.length > 0 && error instanceof AppError && error.code === 'unreachable');
  if (session && !halfDone) {
    // Nothing was executed, or what it left was undone: a refusal and a cancel leave the change as it was.
    const asBefore =
      statements.length === 0 ||
      direction === 'rollback' ||
      error instanceof StillAppliedError ||
      (error instanceof AppError && error.code === 'cancelled');
    const state: ChangeState = asBefore ? change.state : 'failed';
    await saveChange(store, change.id, { state, outcome: { ...change.outcome, error: message } });
  }
  const outcome = statements.length === 0 ? 'refused' : 'failed';
  await audit(store.db, actor, { ...event(change, target, direction), statements, outcome, detail: message });
}

function event(change: StoredChange, target: string, direction: Direction) {
  return { action: `change.${direction}`, subject: `change ${change.id} on ${target}: ${change.title}` };
}

function nothingToUndo(change: StoredChange): boolean {
  return change.state === 'proposed' || change.state === 'rolled-back' || change.state === 'obsolete';
}
