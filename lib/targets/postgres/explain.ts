import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { markOwn } from './own';
import { PlanNode } from './plan';

export { indexesUsed, PlanNode, planNodes, type SeqScan, seqScans } from './plan';

const Answer = z.array(z.object({ Plan: PlanNode })).length(1);

/**
 * The plan of a statement with $n parameters for one row of values (text form, null is SQL NULL). Nothing is
 * executed, not even a write: plain EXPLAIN in a read-only transaction that is rolled back. Must not be called
 * inside a transaction. Values are bound by the protocol with types inferred from the statement.
 * @throws AppError 'timeout' after `timeoutMs` (default 5,000); the driver's error for a statement that does not plan.
 */
export function explain(
  client: pg.Client,
  sql: string,
  row: readonly (string | null)[] = [],
  options: { timeoutMs?: number } = {},
): Promise<PlanNode> {
  return run(client, `EXPLAIN (FORMAT JSON, VERBOSE) ${markOwn(sql)}`, [...row], options.timeoutMs ?? 5_000);
}

/** The generic plan of a statement, for unknown parameter values. PostgreSQL 16 and newer. */
export function explainGeneric(
  client: pg.Client,
  sql: string,
  options: { timeoutMs?: number } = {},
): Promise<PlanNode> {
  return run(
    client,
    `EXPLAIN (FORMAT JSON, VERBOSE, GENERIC_PLAN) ${markOwn(sql)}`,
    null,
    options.timeoutMs ?? 5_000,
  );
}

async function run(
  client: pg.Client,
  text: string,
  values: (string | null)[] | null,
  timeoutMs: number,
): Promise<PlanNode> {
  await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.ceil(timeoutMs)}`);
  try {
    // With no values the simple protocol is used, where $n stays open: GENERIC_PLAN wants that.
    const result = await client.query<{ 'QUERY PLAN': unknown }>(
      values === null ? { text } : { text, values },
    );
    const parsed = Answer.safeParse(result.rows[0]?.['QUERY PLAN']);
    const plan = parsed.success ? parsed.data[0]?.Plan : undefined;
    if (!plan) throw new AppError('unsupported', 'EXPLAIN answered in a form that is not known.');
    return plan;
  } catch (error) {
    if (error instanceof Error && Reflect.get(error, 'code') === '57014')
      throw new AppError('timeout', `Planning took longer than ${timeoutMs} ms.`, { cause: error });
    throw error;
  } finally {
    // When the connection is gone the first error is the one to report.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}
