import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { PgStatement, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { SqlProbe } from '@/lib/contracts/workload';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { markOwn } from '@/lib/targets/postgres/own';
import {
  analyseDetailed,
  type Catalogue,
  catalogueOf,
  type DetailedAnalysis,
} from '@/lib/targets/postgres/sql/analyse';
import { renumber, searchOf, withoutLocks } from '@/lib/targets/postgres/sql/rewrite';
import { chooseStatements, weightsOf } from './choose';
import { freshKeys } from './insert-keys';
import { probeName } from './name';
import { prepare } from './parameter-types';
import { planValues, type ValuePlan } from './plan-values';
import { parameterRows } from './rows';
import { refuseVolatile } from './safety';
import { sampleValues, sortedSample } from './sample';
import { tryProbe } from './try-probe';

export interface BuildOptions {
  /** Name of the target, put into each probe. */
  target: string;
  /** Most probes to build. Default 12. */
  limit?: number;
  /** Probe writes themselves, in a transaction that is rolled back. Default: by their search condition. */
  allowWriteProbes?: boolean;
  /** Fixes which rows are sampled. */
  seed: number;
  signal?: AbortSignal;
}

export interface BuiltProbes {
  probes: SqlProbe[];
  /** Statements that were looked at and cannot be probed, each with the reason. */
  skipped: { query: string; why: string }[];
}

interface Env {
  client: pg.Client;
  snapshot: PostgresSnapshot;
  catalogue: Catalogue;
  options: BuildOptions;
}

/**
 * Builds SQL probes from the top statements of a snapshot (see chooseStatements), with parameter values sampled
 * from the tables. SELECTs run as they are, without row locks; UPDATE and DELETE as the search they make, unless
 * `allowWriteProbes`; INSERT only with `allowWriteProbes`. Each probe was planned and run once before it is
 * returned. Weights: see weightsOf.
 * `client` is an observer connection (for write probes: one whose role may write), not inside a transaction.
 * @throws AppError when the server stops answering or `signal` aborts; a statement that fails is only skipped.
 */
export async function buildSqlProbes(
  client: pg.Client,
  snapshot: PostgresSnapshot,
  options: BuildOptions,
): Promise<BuiltProbes> {
  const env: Env = { client, snapshot, catalogue: catalogueOf(snapshot), options };
  const built: { probe: Omit<SqlProbe, 'weight'>; calls: number }[] = [];
  const skipped: BuiltProbes['skipped'] = [];
  const names = new Set<string>();
  for (const statement of chooseStatements(snapshot)) {
    if (built.length >= (options.limit ?? 12)) break;
    options.signal?.throwIfAborted();
    try {
      const probe = await buildProbe(env, statement, names);
      names.add(probe.name);
      built.push({ probe, calls: statement.calls });
    } catch (error) {
      skipped.push({ query: statement.query, why: reasonOf(error) });
    }
  }
  const weights = weightsOf(built.map((b) => b.calls));
  return { probes: built.map(({ probe }, i) => ({ ...probe, weight: weights[i] ?? 1 })), skipped };
}

/** What is said of a statement that cannot be probed; errors that are not about the statement are thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof AppError && ['unsupported', 'privilege-missing'].includes(error.code))
    return error.message;
  const code = errorCodeOf(error);
  if (code === '42501')
    return `${messageOf(error)}. Grant the observer role SELECT on it, or pg_read_all_data.`;
  if (code === '57014') return 'Sampling its parameter values takes too long.';
  // Classes 22 (data), 42 (names, types), 0A (not supported), 55 (locks), 25 (read-only), 23 (constraints).
  if (code !== null && /^(22|42|0A|55|25|23|P0)/.test(code))
    return `Sampling its parameter values failed: ${messageOf(error)}.`;
  throw error;
}

interface Source {
  sql: string;
  mode: SqlProbe['mode'];
  standsFor: string | undefined;
}

async function buildProbe(
  env: Env,
  statement: PgStatement,
  names: Set<string>,
): Promise<Omit<SqlProbe, 'weight'>> {
  if (statement.truncated)
    throw new AppError('unsupported', 'Its text is cut off (raise track_activity_query_size).');
  const original = await analyseDetailed(statement.query, env.catalogue);
  if (original.tables.length === 0) throw new AppError('unsupported', 'It uses no table of this database.');
  await refuseVolatile(env.client, original);
  const source = await sourceOf(env, statement.query, original);
  const { sql, types } = await prepare(env.client, source.sql);
  const analysis = source.sql === statement.query ? original : await analyseDetailed(sql, env.catalogue);
  const plans = planValues(analysis, types, {
    rowsPerCall: statement.rows / Math.max(statement.calls, 1),
    tableRows: (ref) => tableOf(env, analysis, ref)?.rows ?? 0,
    columnType: (ref, column) => tableOf(env, analysis, ref)?.columns.get(column)?.type ?? null,
  });
  const sampled = await valuesFor(env, analysis, plans);
  const rows =
    original.verb === 'insert' ? await freshKeys(env.client, env.snapshot, analysis, sampled) : sampled;
  await tryProbe(env.client, { sql, rows, mode: source.mode });
  return {
    kind: 'sql',
    name: probeName(original, statement.queryId, names),
    target: env.options.target,
    sql,
    rows,
    mode: source.mode,
    queryId: statement.queryId,
    ...(source.standsFor === undefined ? {} : { standsFor: source.standsFor }),
  };
}

function tableOf(env: Env, analysis: DetailedAnalysis, ref: string) {
  const table = analysis.tables.find((t) => t.ref === ref);
  return table ? env.catalogue.find(table.schema, table.name) : null;
}

/** The text to run for a statement, and how. */
async function sourceOf(env: Env, query: string, analysis: DetailedAnalysis): Promise<Source> {
  if (analysis.verb === 'select') {
    // A text of our own is marked as such; the application's stays as it is, to count under its own queryid.
    const sql = analysis.locks ? markOwn(await withoutLocks(query)) : query;
    return { sql, mode: 'read', standsFor: sql === query ? undefined : query };
  }
  if (env.options.allowWriteProbes) return { sql: query, mode: 'rollback', standsFor: undefined };
  const target = analysis.tables.find((t) => t.ref === targetRef(analysis));
  if (analysis.verb !== 'update' && analysis.verb !== 'delete')
    throw new AppError(
      'unsupported',
      `${analysis.verb.toUpperCase()} is probed only where write probes are allowed.`,
    );
  if (!target) throw new AppError('unsupported', 'Its table is not known.');
  const search = await renumber(
    await searchOf(analysis.locks ? await withoutLocks(query) : query, target.ref),
  );
  return { sql: search.sql, mode: 'read', standsFor: query };
}

/** The table an UPDATE or DELETE writes, by the alias in its text. */
function targetRef(analysis: DetailedAnalysis): string | undefined {
  const tree = analysis.tree;
  const relation =
    'UpdateStmt' in tree
      ? tree.UpdateStmt.relation
      : 'DeleteStmt' in tree
        ? tree.DeleteStmt.relation
        : undefined;
  return relation?.alias?.aliasname ?? relation?.relname;
}

async function valuesFor(
  env: Env,
  analysis: DetailedAnalysis,
  plans: ValuePlan[],
): Promise<(string | null)[][]> {
  const { client, catalogue, options } = env;
  const wanted = plans.filter((p) => p.from === 'column');
  const sampled = await sampleValues(client, analysis, catalogue, wanted, options.seed);
  if (wanted.length > 0 && sampled.length === 0)
    throw new AppError('unsupported', 'Its tables hold no row to take parameter values from.');
  const sorted = new Map<number, string[]>();
  for (const [k, plan] of wanted.entries())
    if (plan.use.as === 'low' || plan.use.as === 'high')
      sorted.set(k, await sortedSample(client, analysis, catalogue, plan, options.seed));
  return parameterRows(plans, sampled, sorted);
}
