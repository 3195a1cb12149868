import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';
import type { Probe, Workload } from '@/lib/contracts/workload';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver, withOperator } from '@/lib/targets/postgres/connect';
import { loadTargets, type Target } from '@/lib/targets/registry';
import { emphasise, shareEqually, uniqueNames } from './emphasise';
import { mixProbes, mostValues, type ReadValues, resolveParameters } from './parameters';
import { buildRedisProbes } from './redis-probes/build';
import { buildSqlProbes } from './sql-probes/build';

export interface BuiltWorkload {
  workload: Workload;
  /** By target name; hold secrets. */
  connections: Record<string, Connection>;
  allowedOrigins: string[];
  /** Statements that could not be made probes, and targets left out, with the reason. */
  skipped: { query: string; why: string }[];
}

/**
 * The workload of a stack: the top statements of each Postgres target as SQL probes, and the mix of each HTTP
 * target; where no HTTP service uses them, the commands of each Redis target. Each target has the same share of the requests; the probes named in `emphasise` together
 * get at least half. Throws AppError: `bad-input` when there is nothing to run, `unreachable`.
 */
export async function buildWorkload(
  store: Store,
  stack: string,
  o: { clients: number; seed: number; emphasise?: readonly string[] },
): Promise<BuiltWorkload> {
  const targets = (await loadTargets(store, { stack })).filter((t) => !t.paused);
  const skipped: BuiltWorkload['skipped'] = [];
  const groups: { target: Target; probes: Probe[] }[] = [];
  // What a service asks of its Redis is measured through the service.
  const served = targets.some((t) => t.kind === 'http' && t.options.mix);
  for (const target of targets) {
    if (target.connection.kind === 'postgres') {
      const built = await sqlProbesOf(target, o.seed);
      skipped.push(...built.skipped);
      groups.push({ target, probes: built.probes });
    } else if (target.connection.kind === 'redis' && !served) {
      const writes = target.options.allowWriteProbes ?? false;
      const built = await buildRedisProbes(target.connection, { target: target.name, seed: o.seed, writes });
      skipped.push(...built.skipped);
      groups.push({ target, probes: built.probes });
    } else if (target.connection.kind === 'http') {
      if (target.options.mix) groups.push({ target, probes: await httpProbesOf(target, targets) });
      else
        skipped.push({ query: target.name, why: 'it has no request mix; add one in the target’s options' });
    }
  }
  const used = groups.filter((g) => g.probes.length > 0);
  if (used.length === 0) {
    throw new AppError(
      'bad-input',
      `There is nothing to run on "${stack}": no statements in pg_stat_statements that can be probed, no HTTP request mix and no commands of a Redis that can be run again.` +
        (skipped[0] ? ` For example ${skipped[0].query.slice(0, 120)}: ${skipped[0].why}.` : ''),
    );
  }
  const probes = uniqueNames(used.flatMap((g) => shareEqually(g.probes)));
  return {
    workload: { clients: o.clients, seed: o.seed, probes: emphasise(probes, o.emphasise ?? []) },
    connections: Object.fromEntries(used.map((g) => [g.target.name, g.target.connection])),
    allowedOrigins: used.flatMap((g) => originsOf(g.target)),
    skipped,
  };
}

async function sqlProbesOf(target: Target, seed: number): ReturnType<typeof buildSqlProbes> {
  const { connection, options, name } = target;
  if (connection.kind !== 'postgres') return { probes: [], skipped: [] };
  const { allowWriteProbes } = options;
  const build = async (client: pg.Client) => {
    const snapshot = await readPostgresSnapshot(client);
    const o = { target: name, seed, ...(allowWriteProbes === undefined ? {} : { allowWriteProbes }) };
    return buildSqlProbes(client, snapshot, o);
  };
  // Each probe is tried once while it is built, a write (rolled back) with the role that may write.
  return allowWriteProbes
    ? withOperator(connection, build, { statementTimeoutMs: 5_000 })
    : withObserver(connection, build);
}

async function httpProbesOf(target: Target, all: readonly Target[]): Promise<Probe[]> {
  const { mix } = target.options;
  if (!mix) return [];
  return mixProbes(target.name, mix, await resolveParameters(mix, valueReader(target.name, all)));
}

/** Reads the values of parameters from the Postgres targets among `all`, for the mix of the target of this name. */
export function valueReader(of: string, all: readonly Target[]): ReadValues {
  return async (name, sql) => {
    const source = all.find((t) => t.name === name)?.connection;
    if (source?.kind !== 'postgres') {
      throw new AppError(
        'bad-input',
        `${of}: a parameter of its mix reads from "${name}", which is no Postgres target of the stack.`,
      );
    }
    return withObserver(source, async (client) => {
      const text = `select /* ratchet */ * from (${sql.trim().replace(/;+$/, '')}) as parameter_values limit ${mostValues}`;
      const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
      return rows.flatMap(([value]) => (value === null || value === undefined ? [] : [String(value)]));
    });
  };
}

/** Origins that may be called for an HTTP target: what its admin allowed, by default its own. */
export function originsOf(target: Target): string[] {
  if (target.connection.kind !== 'http') return [];
  return target.options.allowedOrigins ?? [new URL(target.connection.baseUrl).origin];
}
