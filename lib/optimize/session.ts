import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import {
  connectOperator,
  type PostgresConnection,
  postgresAddress,
  withOperator,
} from '@/lib/targets/postgres/connect';
import { errorCodeOf, messageOf, postgresError } from '@/lib/targets/postgres/errors';
import { type Backend, backendDetail, writeJournal } from './journal';
import { lockTarget, unlockTarget } from './target-lock';
import * as limits from './timeouts';
import type { Asked, ChangeSession, Direction, ExecuteOptions, Restarter } from './types';

export interface SessionInput {
  changeId: number;
  direction: Direction;
  connection: PostgresConnection;
  wasApplied: boolean;
  signal?: AbortSignal | undefined;
  asked?: Asked | undefined;
  restarter?: Restarter | null;
  /** Prefix of the journal's details, for example "settling". */
  settling?: boolean;
}

/** A change session and what it executed, in order. */
export interface OpenSession extends ChangeSession {
  statements: string[];
  close(): Promise<void>;
}

/**
 * Connects the operator, takes the lock of the target and gives the optimization what it works with. Every
 * statement is journaled before and after. The caller closes the session.
 * @throws AppError 'unreachable' | 'privilege-missing' | 'conflict' | 'cancelled'.
 */
export async function openSession(store: Store, input: SessionInput): Promise<OpenSession> {
  const address = postgresAddress(input.connection.operatorUrl ?? input.connection.url);
  const client = await connectOperator(input.connection);
  try {
    await lockTarget(client, address, input.signal);
    return session(store, input, { client, backend: await ownBackend(client) }, address);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw postgresError(error, address);
  }
}

function session(
  store: Store,
  input: SessionInput,
  server: { client: pg.Client; backend: Backend },
  address: string,
): OpenSession {
  const { changeId, direction, signal, restarter = null } = input;
  const statements: string[] = [];
  const prefix = input.settling ? 'settling: ' : '';
  const journal = (step: number, phase: 'before' | 'after' | 'failed', statement: string, detail?: string) =>
    writeJournal(store, {
      changeId,
      direction,
      step,
      phase,
      statement,
      ...(detail === undefined ? {} : { detail }),
    });

  const once = async (step: number, statement: string, options: ExecuteOptions, cancellable: boolean) => {
    const { client, backend } = server;
    await journal(step, 'before', statement, backendDetail(backend));
    statements.push(statement);
    try {
      await setLimits(client, options);
      await runCancellable(
        client,
        input.connection,
        backend.pid,
        statement,
        cancellable ? signal : undefined,
      );
    } catch (error) {
      await journal(step, 'failed', statement, prefix + messageOf(error));
      throw cancellable && signal?.aborted && errorCodeOf(error) === '57014'
        ? new AppError('cancelled', `Cancelled: ${statement}`, { cause: error })
        : error;
    }
    await journal(step, 'after', statement, prefix || undefined);
  };

  return {
    get client() {
      return server.client;
    },
    address,
    restarter,
    wasApplied: input.wasApplied,
    signal,
    statements,
    async execute(step, statement, options = {}) {
      for (let attempt = 1; ; attempt++) {
        if (signal?.aborted) throw new AppError('cancelled', `Cancelled before: ${statement}`);
        try {
          return await once(step, statement, options, true);
        } catch (error) {
          const most = options.concurrent ? limits.concurrentAttempts : limits.lockAttempts;
          if (!worthRetrying(error) || attempt >= most) throw error;
          await options.beforeRetry?.();
          await pause(limits.lockPauseMs * 2 ** (attempt - 1));
        }
      }
    },
    async record(plan) {
      await store.db.change.update({ where: { id: changeId }, data: { plan: plan as object } });
    },
    skip: (step, statement, why) => journal(step, 'after', statement, why),
    async undo(step, statement, why) {
      await writeJournal(store, {
        changeId,
        direction,
        step,
        phase: 'settled',
        statement,
        detail: `undoing: ${why}`,
      });
      await once(step, statement, { concurrent: true, lockTimeoutMs: limits.undoLockTimeoutMs }, false);
    },
    async restart(step, fallback, why) {
      if (restarter === null)
        throw new AppError('unsupported', `Ratchet may not restart the server at ${address}.`);
      await journal(step, 'before', restartText, why);
      statements.push(restartText);
      await server.client.end().catch(() => undefined);
      try {
        await restarter.restart(fallback);
      } catch (error) {
        await journal(step, 'failed', restartText, prefix + messageOf(error));
        throw error;
      } finally {
        server.client = await connectOperator(input.connection);
        await lockTarget(server.client, address);
        server.backend = await ownBackend(server.client);
      }
      await journal(step, 'after', restartText, prefix || undefined);
    },
    async close() {
      // Ending the connection frees the lock too; unlocking first makes the next one's turn come at once.
      await unlockTarget(server.client).catch(() => undefined);
      await server.client.end().catch(() => undefined);
    },
  };
}

/** How the journal and a plan write the step. */
export const restartText = 'restart the server';

/** 55P03: a lock was not free in time. 40P01: chosen as the victim of a deadlock. Both may pass. */
function worthRetrying(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === '55P03' || code === '40P01';
}

async function setLimits(client: pg.Client, options: ExecuteOptions): Promise<void> {
  const lock =
    options.lockTimeoutMs ?? (options.concurrent ? limits.concurrentLockTimeoutMs : limits.lockTimeoutMs);
  await client.query(
    `set lock_timeout = ${lock}; set statement_timeout = ${options.statementTimeoutMs ?? limits.statementTimeoutMs}`,
  );
}

/**
 * Runs a statement; on abort asks the server, from another connection, to cancel it. Rejects with the server's
 * own answer (57014), so that what follows happens after the statement has really ended.
 */
async function runCancellable(
  client: pg.Client,
  connection: PostgresConnection,
  pid: number,
  statement: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let running = true;
  const cancel = async () => {
    // Sent again until the statement ends: one that arrives before the statement has begun is lost.
    while (running) {
      // A cancel that cannot be sent leaves the statement to its timeout; the statement's own end is what counts.
      await withOperator(connection, (c) => c.query('select pg_catalog.pg_cancel_backend($1)', [pid])).catch(
        () => undefined,
      );
      await pause(limits.cancelPauseMs);
    }
  };
  const onAbort = () => void cancel();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await client.query(statement);
  } finally {
    running = false;
    signal?.removeEventListener('abort', onAbort);
  }
}

/** The server process of a connection. */
async function ownBackend(client: pg.Client): Promise<Backend> {
  const { rows } = await client.query<{ pid: number; started: string }>(
    `select pid, ${backendStart} as started from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()`,
  );
  const row = rows[0];
  if (!row) throw new AppError('internal', 'The server does not show its own session in pg_stat_activity.');
  return { pid: row.pid, startedAt: row.started };
}

/** Start of a server process as text without spaces, UTC, microseconds. */
export const backendStart = `to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
