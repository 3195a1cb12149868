import { type Redis, ReplyError } from 'ioredis';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { HalfDoneError } from '../half-done';
import type { Asked, CommandSession } from '../types';
import { type Done, undoAll } from './settings';

const statement = 'CONFIG REWRITE';

export const withoutFile = () =>
  new AppError(
    'unsupported',
    'This Redis server was started without a configuration file: there is none that it could write. Apply the change without writing it, and give the server a redis.conf with the lines shown when it is started next.',
  );

/**
 * Refuses to write a configuration file where there is none to write.
 * @throws AppError 'unsupported'
 */
export function refuseConfigFile(plan: ChangePlan, { writeConfigFile }: Asked): void {
  if (!writeConfigFile) return;
  if (!plan.configFile)
    throw new AppError('unsupported', `"${plan.title}" sets nothing that belongs in a redis.conf.`);
  if (plan.configFile.path === null) throw withoutFile();
}

/** Whether the server, as it runs now, was started with a file. Source: INFO, config_file. */
export async function hasConfigFile(redis: Redis): Promise<boolean> {
  return /^config_file:\S/m.test(await redis.info('server'));
}

/**
 * Has the server write its configuration file; where that fails, the settings that were changed before are undone.
 * @throws AppError 'conflict' | 'cancelled'; HalfDoneError when they could not be undone
 */
export async function rewrite(
  session: CommandSession,
  redis: Redis,
  step: number,
  done: Done,
): Promise<void> {
  try {
    await session.execute(step, statement, () => redis.config('REWRITE'));
  } catch (error) {
    await undoAll(session, redis, done);
    // Refused before it was sent.
    if (error instanceof AppError) throw error;
    // The server says no: its file is as it was. An answer that did not come says nothing.
    if (!(error instanceof ReplyError)) await writeFormer(session, redis, step);
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'conflict',
      `Redis at ${session.address} could not write its configuration file: ${why}. It has the settings it had before; the change can be applied without writing the file.`,
      { cause: error },
    );
  }
}

/** As rewrite, on the way back: a server that has no file any more has nothing to put back in it. */
export async function rewriteIfThere(
  session: CommandSession,
  redis: Redis,
  step: number,
  done: Done,
): Promise<void> {
  if (await hasConfigFile(redis)) await rewrite(session, redis, step, done);
  else await session.skip(step, statement, 'the server was started without a configuration file');
}

async function writeFormer(session: CommandSession, redis: Redis, step: number): Promise<void> {
  try {
    await session.undo(step, statement, 'whether the file was written is not known', () =>
      redis.config('REWRITE'),
    );
  } catch (cause) {
    throw new HalfDoneError(`Writing the configuration file of Redis at ${session.address} failed`, cause);
  }
}
