import type pg from 'pg';
import type { WorkloadStatement } from '../types';
import { type Plan, parsePlan } from './plan-node';

/** Settings of a session that costs plans: generic (no parameter values needed, PG 12+) and not parallel, so
 * that costs stand for work and not for elapsed time. */
export async function prepareCosting(client: pg.Client): Promise<void> {
  await client.query('set plan_cache_mode = force_generic_plan; set max_parallel_workers_per_gather = 0; set jit = off');
}

/**
 * The generic plan of a normalised statement: EXPLAIN, nothing is executed. A LIMIT that is a parameter is
 * taken as the rows a call really returned on average, an OFFSET as 0. Throws the server's error where the
 * statement cannot be prepared (a parameter without a type).
 */
export async function genericPlan(client: pg.Client, { statement, analysis }: WorkloadStatement): Promise<Plan> {
  const meanRows = Math.max(1, Math.round(statement.rows / Math.max(1, statement.calls)));
  let sql = statement.query.trim().replace(/;\s*$/, '');
  for (const p of analysis?.parameters ?? []) {
    if (p.role === 'limit') sql = withLiteral(sql, p.number, meanRows);
    if (p.role === 'offset') sql = withLiteral(sql, p.number, 0);
  }
  // A trailing line comment must not swallow what follows, hence the line breaks.
  const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map((m) => Number(m[1])));
  const values = count === 0 ? '' : `(${Array(count).fill('NULL').join(', ')})`;
  // Prepared anew each time: a plan that is kept would not see a hypothetical index.
  await client.query(`/* ratchet */ prepare ratchet_cost as ${sql}\n`);
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(
      `/* ratchet */ explain (format json, verbose, costs) execute ratchet_cost${values}`,
    );
    return parsePlan(rows[0]?.['QUERY PLAN']);
  } finally {
    await client.query('deallocate ratchet_cost');
  }
}

/** `$3` becomes the number; the type of a parameter that is gone must not be asked for, so the rest keep theirs. */
function withLiteral(sql: string, parameter: number, value: number): string {
  return sql.replace(new RegExp(`\\$${parameter}(?!\\d)`, 'g'), `${value}`);
}
