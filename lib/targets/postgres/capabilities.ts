import type pg from 'pg';
import type { Capabilities } from '@/lib/contracts/target';
import { type PostgresConnection, withObserver, withOperator } from './connect';
import { quoteIdentifier } from './quote';
import { setupScript } from './setup-script';

type Check = Capabilities['checks'][number];

interface Facts {
  version: string;
  number: number;
  role: string;
  database: string;
  superuser: boolean;
  monitor: boolean;
  preload: string;
  timing: string;
  statements_installed: boolean;
  statements_available: boolean;
  hypopg_installed: boolean;
  hypopg_available: boolean;
  in_recovery: boolean;
}

const factsSql = `select /* ratchet */ version() as version, current_setting('server_version_num')::int as number,
  current_user::text as role, current_database()::text as database,
  (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser,
  pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as monitor,
  coalesce((select setting from pg_catalog.pg_settings where name = 'shared_preload_libraries'), '?') as preload,
  current_setting('track_io_timing') as timing,
  exists (select from pg_catalog.pg_extension where extname = 'pg_stat_statements') as statements_installed,
  exists (select from pg_catalog.pg_available_extensions where name = 'pg_stat_statements') as statements_available,
  exists (select from pg_catalog.pg_extension where extname = 'hypopg') as hypopg_installed,
  exists (select from pg_catalog.pg_available_extensions where name = 'hypopg') as hypopg_available,
  pg_catalog.pg_is_in_recovery() as in_recovery`;

/**
 * What Ratchet can do on this database: each check with what was found and, when it fails, the exact
 * statement or step that enables it. Reads only.
 * @throws AppError 'unreachable' | 'privilege-missing' when the observer or operator cannot connect.
 */
export async function testPostgres(conn: PostgresConnection): Promise<Capabilities> {
  const { facts, statements, setup } = await withObserver(conn, async (client) => {
    const { rows } = await client.query<Facts>(factsSql);
    const found = rows[0];
    if (!found) throw new Error('The server returned no facts about itself.');
    return {
      facts: found,
      statements: await statementsCheck(client, found),
      setup: await setupScript(client),
    };
  });
  const checks: Check[] = [supported(facts), statements, timingCheck(facts), monitorCheck(facts)];
  checks.push(await withOperator(conn, (client) => ownerCheck(client)), hypopgCheck(facts));
  if (facts.in_recovery)
    checks.push({
      name: 'primary server',
      ok: false,
      detail: 'This is a read-only standby.',
      enable: 'Give the URL of the primary server for changes.',
    });
  return { version: facts.version.split(' ').slice(0, 2).join(' '), checks, setup };
}

function supported(facts: Facts): Check {
  const ok = facts.number >= 130000;
  const detail = `server_version_num ${facts.number}`;
  return { name: 'version', ok, detail, ...(ok ? {} : { enable: 'Upgrade to PostgreSQL 13 or newer.' }) };
}

async function statementsCheck(client: pg.Client, facts: Facts): Promise<Check> {
  const name = 'pg_stat_statements';
  if (!facts.statements_available)
    return {
      name,
      ok: false,
      detail: 'The extension is not on the server.',
      enable: 'Install the postgresql-contrib package of the server.',
    };
  if (!facts.statements_installed)
    return {
      name,
      ok: false,
      detail: 'Not created in this database.',
      enable: enableStatements(facts.preload),
    };
  const { rows } = await client.query<{ schema: string }>(
    "select /* ratchet */ n.nspname::text as schema from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_stat_statements'",
  );
  try {
    await client.query(
      `select /* ratchet */ 1 from ${quoteIdentifier(rows[0]?.schema ?? 'public')}.pg_stat_statements(false) limit 1`,
    );
    return { name, ok: true, detail: 'Created and loaded.' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail, enable: enableStatements(facts.preload) };
  }
}

/** The exact steps that enable pg_stat_statements, given what shared_preload_libraries holds (`?`: not readable). */
export function enableStatements(preload: string): string {
  const libraries =
    preload === '?'
      ? []
      : preload
          .split(',')
          .map((s) => s.trim())
          .filter(Boolean);
  if (libraries.includes('pg_stat_statements')) return 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements;';
  const list = [...libraries, 'pg_stat_statements'].map((l) => `'${l.replaceAll("'", "''")}'`).join(', ');
  return `ALTER SYSTEM SET shared_preload_libraries = ${list}; then restart the server, then in this database: CREATE EXTENSION IF NOT EXISTS pg_stat_statements;`;
}

function timingCheck(facts: Facts): Check {
  const ok = facts.timing === 'on';
  return {
    name: 'track_io_timing',
    ok,
    detail: facts.timing,
    ...(ok ? {} : { enable: 'ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf();' }),
  };
}

function monitorCheck(facts: Facts): Check {
  const ok = facts.superuser || facts.monitor;
  const role = quoteIdentifier(facts.role);
  return {
    name: 'pg_monitor',
    ok,
    detail: facts.superuser
      ? `${facts.role} is a superuser`
      : `${facts.role} ${ok ? 'may' : 'may not'} read all statistics`,
    ...(ok ? {} : { enable: `GRANT pg_monitor TO ${role};` }),
  };
}

async function ownerCheck(client: pg.Client): Promise<Check> {
  const { rows } = await client.query<{ role: string; owned: number; all: number; owner: string | null }>(
    `select /* ratchet */ current_user::text as role, count(*)::int as all,
       (count(*) filter (where pg_catalog.pg_has_role(current_user, c.relowner, 'usage')))::int as owned,
       min(pg_catalog.pg_get_userbyid(c.relowner)::text) filter (where not pg_catalog.pg_has_role(current_user, c.relowner, 'usage')) as owner
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
  );
  const row = rows[0] ?? { role: '?', owned: 0, all: 0, owner: null };
  const ok = row.owned === row.all;
  return {
    name: 'create indexes',
    ok,
    detail: `${row.role} owns ${row.owned} of ${row.all} tables`,
    ...(ok || row.owner === null
      ? {}
      : { enable: `GRANT ${quoteIdentifier(row.owner)} TO ${quoteIdentifier(row.role)};` }),
  };
}

function hypopgCheck(facts: Facts): Check {
  const ok = facts.hypopg_installed;
  const enable = facts.hypopg_available
    ? 'CREATE EXTENSION hypopg;'
    : 'Install the hypopg package of the server (optional: without it, indexes are ranked by selectivity), then CREATE EXTENSION hypopg;';
  return {
    name: 'hypopg',
    ok,
    detail: ok ? 'Created.' : 'Not created in this database.',
    ...(ok ? {} : { enable }),
  };
}
