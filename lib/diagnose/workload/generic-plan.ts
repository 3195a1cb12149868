import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { PlanNode } from '@/lib/targets/postgres/explain';
import { markOwn } from '@/lib/targets/postgres/own';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import type { WorkloadStatement } from '../types';

/**
 * Makes a session one that costs plans: generic plans (no parameter values needed, PostgreSQL 12 and newer;
 * GENERIC_PLAN of EXPLAIN comes with 16), and not parallel, so that costs stand for work and not for elapsed time.
 */
export async function prepareCosting(client: pg.Client): Promise<void> {
  await client.query(
    'set plan_cache_mode = force_generic_plan; set max_parallel_workers_per_gather = 0; set jit = off',
  );
}

const Answer = z.tuple([z.object({ Plan: PlanNode })]);

/**
 * The generic plan of a normalised statement: EXPLAIN, nothing is executed. A LIMIT that is a parameter is
 * taken as the rows that a call really returned on average, an OFFSET as 0. Call after `prepareCosting`.
 * Throws the server's error for a statement that cannot be prepared (a parameter without a type).
 */
export async function genericPlan(client: pg.Client, item: WorkloadStatement): Promise<PlanNode> {
  const { sql, parameters } = withoutLimits(item);
  const schemas = [...new Set(item.analysis?.tables.map((t) => t.schema) ?? [])];
  const path = [...schemas, 'public'].map(quoteIdentifier).join(', ');
  // Prepared anew each time: a plan that is kept would not see a hypothetical index. The line break ends a
  // trailing line comment.
  await client.query(`set search_path = ${path}`);
  await client.query(`prepare /* ratchet */ ratchet_cost as ${markOwn(sql)}\n`);
  try {
    const values = parameters === 0 ? '' : `(${Array(parameters).fill('NULL').join(', ')})`;
    const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(
      `explain /* ratchet */ (format json, verbose) execute ratchet_cost${values}`,
    );
    const parsed = Answer.safeParse(rows[0]?.['QUERY PLAN']);
    if (!parsed.success) throw new AppError('unsupported', 'EXPLAIN answered in a form that is not known.');
    return parsed.data[0].Plan;
  } finally {
    await client.query('deallocate /* ratchet */ ratchet_cost');
  }
}

/** The statement with its LIMIT and OFFSET parameters replaced, and the others numbered without gaps. */
export function withoutLimits({ statement, analysis }: WorkloadStatement): {
  sql: string;
  parameters: number;
} {
  const meanRows = Math.max(1, Math.round(statement.rows / Math.max(1, statement.calls)));
  const literal = new Map<number, number>();
  for (const p of analysis?.parameters ?? []) {
    if (p.role === 'limit') literal.set(p.number, meanRows);
    if (p.role === 'offset') literal.set(p.number, 0);
  }
  const kept = new Map<number, number>();
  const sql = statement.query
    .trim()
    .replace(/;\s*$/, '')
    .replace(/\$(\d+)/g, (_, digits: string) => {
      const number = Number(digits);
      const value = literal.get(number);
      if (value !== undefined) return String(value);
      const renumbered = kept.get(number) ?? kept.size + 1;
      kept.set(number, renumbered);
      return `$${renumbered}`;
    });
  return { sql, parameters: kept.size };
}
