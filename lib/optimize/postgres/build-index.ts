import { AppError } from '@/lib/contracts/error';
import { messageOf } from '@/lib/targets/postgres/errors';
import { HalfDoneError } from '../half-done';
import { buildTimeoutMs } from '../timeouts';
import type { ChangeSession } from '../types';
import { type FoundIndex, findIndex } from './found-index';
import { dropIndexSql, qualified } from './index-sql';
import { refuseBesideLaggingReplicas } from './refuse';
import { refuseForWantOfSpace, tableBytes } from './refuse-space';

export interface Build {
  schema: string;
  table: string;
  index: string;
  /** CREATE INDEX CONCURRENTLY … */
  statement: string;
  /** Whether an index of that name is what an interrupted build of this statement left. */
  isPlanned(index: FoundIndex): boolean | Promise<boolean>;
}

/**
 * Builds an index and checks that it is valid; a failure of any kind leaves no invalid index behind. Refused
 * before anything is done while the disk has no room or a replica is far behind. Returns its real size, bytes.
 * @throws HalfDoneError when what a failure left could not be removed.
 */
export async function buildIndex(session: ChangeSession, build: Build): Promise<number> {
  const { schema, index, statement } = build;
  const cleanUp = async () => {
    const left = await findIndex(session.client, schema, index);
    if (left !== null && left !== 'taken' && !left.valid && (await build.isPlanned(left)))
      await session.undo(0, dropIndexSql(schema, index), 'the build did not finish');
  };
  await refuseBesideLaggingReplicas(session.client, session.address);
  await refuseForWantOfSpace(
    session.client,
    session.address,
    await tableBytes(session.client, schema, build.table),
  );
  try {
    await session.execute(0, statement, {
      concurrent: true,
      statementTimeoutMs: buildTimeoutMs,
      beforeRetry: cleanUp,
    });
    const built = await findIndex(session.client, schema, index);
    if (built !== null && built !== 'taken' && built.valid) return built.bytes;
    throw new AppError(
      'internal',
      `${session.address}: ${qualified(schema, index)} was not valid after the build and was dropped.`,
    );
  } catch (error) {
    try {
      await cleanUp();
    } catch (cause) {
      throw new HalfDoneError(
        `Building ${index} failed (${messageOf(error)}), and what it left could not be removed`,
        cause,
      );
    }
    throw error;
  }
}
