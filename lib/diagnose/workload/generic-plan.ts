import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { PlanNode } from '@/lib/targets/postgres/explain';
import { markOwn } from '@/lib/targets/postgres/own';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import { repairNormalised } from '@/lib/targets/postgres/sql/repair';
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

const Answer = z.tuple([z.object({ Plan: PlanNode, 'Planning Time': z.number() })]);

/** What is sent for a statement: the same each time it is planned. */
interface Prepared {
  path: string;
  sql: string;
  parameters: number;
}
const prepared = new WeakMap<WorkloadStatement, Promise<Prepared>>();

/**
 * The generic plan of a normalised statement: EXPLAIN, nothing is executed. A LIMIT that is a parameter is
 * taken as the rows that a call really returned on average, an OFFSET as 0. Call after `prepareCosting`.
 * Throws the server's error for a statement that cannot be prepared (a parameter without a type).
 */
export async function genericPlan(client: pg.Client, item: WorkloadStatement): Promise<PlanNode> {
  return (await planAfter(client, item, [], true)).plan;
}

/**
 * As genericPlan, with statements that are carried out before it in the same message; `results` are theirs, and
 * `planningMs` is how long the server took to plan.
 * All in one round trip.
 */
export async function planAfter(
  client: pg.Client,
  item: WorkloadStatement,
  first: readonly string[],
  verbose: boolean,
): Promise<{ plan: PlanNode; planningMs: number; results: unknown[] }> {
  let known = prepared.get(item);
  if (!known) {
    known = prepare(item);
    prepared.set(item, known);
  }
  const { path, sql, parameters } = await known;
  const explain = `explain /* ratchet */ (format json, summary, verbose ${verbose})`;
  const nulls = Array(parameters).fill('NULL').join(', ');
  // Prepared anew each time: a plan that is kept would not see a hypothetical index. The line breaks end a
  // trailing line comment.
  const statements =
    parameters === 0
      ? [`${explain} ${sql}\n`]
      : [
          `prepare /* ratchet */ ratchet_cost as ${sql}\n`,
          `${explain} execute ratchet_cost(${nulls})`,
          'deallocate /* ratchet */ ratchet_cost',
        ];
  try {
    const all = [...first, `set search_path = ${path}`, ...statements];
    const results: unknown = await client.query(all.join('; '));
    const at = first.length + (parameters === 0 ? 1 : 2);
    const answer = Array.isArray(results) ? Result.safeParse(results[at]) : null;
    if (!Array.isArray(results) || !answer?.success)
      throw new AppError('unsupported', 'EXPLAIN answered in a form that is not known.');
    const [{ Plan: plan, 'Planning Time': planningMs }] = answer.data.rows[0]['QUERY PLAN'];
    return { plan, planningMs, results: results.slice(0, first.length) };
  } catch (error) {
    // What was prepared outlives the message that failed.
    if (parameters > 0) await client.query('deallocate /* ratchet */ ratchet_cost').catch(() => undefined);
    throw error;
  }
}

const Result = z.object({ rows: z.tuple([z.object({ 'QUERY PLAN': Answer })]) });

async function prepare(item: WorkloadStatement): Promise<Prepared> {
  const { sql, parameters } = withoutLimits(item);
  const schemas = [...new Set(item.analysis?.tables.map((t) => t.schema) ?? [])];
  return {
    path: [...schemas, 'public'].map(quoteIdentifier).join(', '),
    // Text of the analysis parses, so that it can be read by tokens.
    sql: markOwn(parameters > 0 && item.analysis ? await repairNormalised(sql) : sql),
    parameters,
  };
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
  const text = statement.query.trim().replace(/;\s*$/, '');
  // Without parameters a `$1` stands inside a text constant.
  if (analysis?.parameters.length === 0) return { sql: text, parameters: 0 };
  const sql = text.replace(/\$(\d+)/g, (_, digits: string) => {
    const number = Number(digits);
    const value = literal.get(number);
    if (value !== undefined) return String(value);
    const renumbered = kept.get(number) ?? kept.size + 1;
    kept.set(number, renumbered);
    return `$${renumbered}`;
  });
  return { sql, parameters: kept.size };
}
