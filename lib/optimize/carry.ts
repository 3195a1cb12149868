import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { postgresError } from '@/lib/targets/postgres/errors';
import type { Target } from '@/lib/targets/registry';
import { optimizationById } from './catalogue';
import { openCommandSession } from './command-session';
import { restarterOf } from './postgres/restarter';
import { openSession, type SessionInput } from './session';
import type { Carried, Direction, Settled } from './types';

/** An optimization with an open session on its target. */
export interface Carrier {
  /** What was executed so far, in order. */
  statements: readonly string[];
  apply(plan: ChangePlan): Promise<Carried>;
  rollback(plan: ChangePlan): Promise<Carried>;
  settle(plan: ChangePlan, direction: Direction): Promise<Settled>;
  /** The error as an AppError where it came from the target. */
  errorOf(cause: unknown): unknown;
  close(): Promise<void>;
}

/**
 * Opens the session that the optimization of a plan works with. The caller closes it.
 * @throws AppError as openSession; 'unsupported' when the plan is not for this kind of target.
 */
export async function openCarrier(
  store: Store,
  optimizationId: string,
  target: Target,
  input: Omit<SessionInput, 'connection'>,
): Promise<Carrier> {
  const optimization = optimizationById(optimizationId);
  const { connection } = target;
  if (connection.kind !== optimization.meta.kind)
    throw new AppError('unsupported', `"${optimizationId}" is not for a ${connection.kind} target.`);
  if ('runs' in optimization) {
    const session = await openCommandSession(store, target, input);
    return {
      statements: session.statements,
      apply: (plan) => optimization.apply(session, plan),
      rollback: (plan) => optimization.rollback(session, plan),
      settle: (plan, direction) => optimization.settle(session, plan, direction),
      errorOf: (cause) => cause,
      close: () => session.close(),
    };
  }
  if (connection.kind !== 'postgres')
    throw new AppError('unsupported', `"${optimizationId}" is not for a ${connection.kind} target.`);
  const session = await openSession(store, { ...input, connection, restarter: restarterOf(store, target) });
  return {
    statements: session.statements,
    apply: (plan) => optimization.apply(session, plan),
    rollback: (plan) => optimization.rollback(session, plan),
    settle: (plan, direction) => optimization.settle(session, plan, direction),
    errorOf: (cause) => postgresError(cause, session.address),
    close: () => session.close(),
  };
}
