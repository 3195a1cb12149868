import type { Redis } from 'ioredis';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { HalfDoneError } from '../half-done';
import type { CommandSession } from '../types';

export interface Move {
  setting: string;
  to: string;
  /** The value it has now. */
  from: string;
}

/** Steps that were carried out, with what each changed. */
export type Done = [step: number, move: Move][];

/** Sets values and reads each back, and returns what was set; where one does not hold, all are as they were found again. */
export async function changeAll(
  session: CommandSession,
  redis: Redis,
  moves: readonly Move[],
): Promise<Done> {
  const done: Done = [];
  for (const [step, move] of moves.entries()) {
    const { setting, to, from } = move;
    const { statement } = set(setting, to);
    if (from === to) {
      await session.skip(step, statement, 'it has this value');
      continue;
    }
    try {
      await session.execute(step, statement, () => carryOut(redis, setting, to));
      done.push([step, move]);
    } catch (error) {
      // Refused before it was sent: it has its value, those before it have not.
      const cancelled = error instanceof AppError && error.code === 'cancelled';
      await undoAll(session, redis, cancelled ? done : [...done, [step, move]]);
      if (cancelled) throw error;
      throw refused(session.address, error);
    }
  }
  return done;
}

/** @throws HalfDoneError */
export async function undoAll(session: CommandSession, redis: Redis, done: Readonly<Done>): Promise<void> {
  for (const [step, { setting, from }] of done.toReversed()) {
    try {
      await session.undo(step, set(setting, from).statement, 'the change did not hold', () =>
        carryOut(redis, setting, from),
      );
    } catch (cause) {
      throw new HalfDoneError(
        `Setting ${setting} of ${session.address} failed and could not be undone`,
        cause,
      );
    }
  }
}

function refused(address: string, error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error);
  if (/defragmentation cannot be enabled/i.test(why))
    return new AppError(
      'unsupported',
      `Redis at ${address} was built without active defragmentation (it needs the jemalloc that comes with Redis). Nothing was changed; a restart gives the memory back.`,
      { cause: error },
    );
  return new AppError('conflict', `Redis at ${address}: ${why}. The former value was set again.`, {
    cause: error,
  });
}

/** @throws Error when the server takes the value and does not hold it */
export async function carryOut(redis: Redis, setting: string, value: string): Promise<void> {
  await redis.config('SET', setting, value);
  const found = await read(redis, setting);
  if (found !== value) throw new Error(`CONFIG SET ${setting} ${value} was taken, and its value is ${found}`);
}

/** @throws AppError unsupported when the server has no such setting */
export async function read(redis: Redis, setting: string): Promise<string> {
  const reply = z.array(z.string()).safeParse(await redis.config('GET', setting)).data;
  if (reply?.[1] === undefined)
    throw new AppError('unsupported', `This Redis server has no setting ${setting}. Diagnose again.`);
  return reply[1];
}

/** The step that gives a setting a value. */
export function set(setting: string, value: string) {
  const command = ['CONFIG', 'SET', setting, value];
  return { kind: 'redis' as const, statement: command.join(' '), command };
}
