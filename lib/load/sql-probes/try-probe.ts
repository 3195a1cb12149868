import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { SqlProbe } from '@/lib/contracts/workload';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { explain } from '@/lib/targets/postgres/explain';

/** A probe that takes longer than this for one run would leave a trial too few of them. */
const maxRunMs = 10_000;
const maxRows = 100_000;

/**
 * Makes sure that a probe works before a trial depends on it: plans it with several rows of values, then runs it
 * once under its own mode, with a timeout, and rolls back.
 * @throws AppError 'unsupported' | 'privilege-missing' with the server's reason.
 */
export async function tryProbe(
  client: pg.Client,
  probe: Pick<SqlProbe, 'sql' | 'rows' | 'mode'>,
): Promise<void> {
  try {
    const step = Math.max(1, Math.floor(probe.rows.length / 4));
    for (let i = 0; i < probe.rows.length; i += step) await explain(client, probe.sql, probe.rows[i]);
    await runOnce(client, probe);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'timeout') throw error;
    const code = errorCodeOf(error);
    if (code === '57014' || error instanceof AppError)
      throw new AppError('unsupported', `One run takes longer than ${maxRunMs / 1000} s.`, { cause: error });
    if (code === '42501') throw new AppError('privilege-missing', `${messageOf(error)}.`, { cause: error });
    throw new AppError('unsupported', `It fails when tried: ${messageOf(error)}.`, { cause: error });
  }
}

async function runOnce(client: pg.Client, probe: Pick<SqlProbe, 'sql' | 'rows' | 'mode'>): Promise<void> {
  const access = probe.mode === 'read' ? 'READ ONLY' : 'READ WRITE';
  await client.query(`BEGIN ${access}; SET LOCAL statement_timeout = ${maxRunMs}`);
  try {
    const result = await client.query({
      text: probe.sql,
      values: [...(probe.rows[0] ?? [])],
      rowMode: 'array',
    });
    if (result.rows.length > maxRows)
      throw new AppError(
        'unsupported',
        `It returns ${result.rows.length} rows: the client, not the server, would be measured.`,
      );
  } finally {
    // When the connection is gone the first error is the one to report.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}
