import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '@/lib/contracts/error';
import { errorCodeOf } from '@/lib/targets/postgres/errors';
import { displayIdentifier, quoteLiteral } from '@/lib/targets/postgres/quote';
import type { ChangeSession } from '../types';

/** How long a session may take to load the files again. */
const reloadWaitMs = 5_000;

export const reloadSql = 'SELECT pg_catalog.pg_reload_conf()';

export const setSql = (name: string, value: string) => `ALTER SYSTEM SET ${name} = ${quoteLiteral(value)}`;

/** Back to what postgresql.auto.conf held: the value, or no entry. */
export const restoreSql = (name: string, previous: string | null) =>
  previous === null ? `ALTER SYSTEM RESET ${name}` : setSql(name, previous);

/**
 * Refuses ALTER SYSTEM where the role may not do it, look at the file it writes, or have it loaded.
 * @throws AppError 'privilege-missing' with the statements that grant it.
 */
export async function refuseUnlessSystem(session: ChangeSession, names: readonly string[]): Promise<void> {
  const { client, address } = session;
  const { rows } = await client.query<{ role: string; superuser: boolean; version: number; reload: boolean }>(
    `select /* ratchet */ current_user::text as role, current_setting('server_version_num')::int as version,
       (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser,
       pg_catalog.has_function_privilege('pg_catalog.pg_reload_conf()', 'execute')
         and pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'execute')
         and pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'select') as reload`,
  );
  const row = rows[0];
  if (!row || row.superuser) return;
  if (row.version < 150000)
    throw new AppError(
      'privilege-missing',
      `Only a superuser may change server settings on ${address} (PostgreSQL 15 can grant it), and ${row.role} is none.`,
    );
  const denied = await client.query<{ name: string }>(
    `select /* ratchet */ name from unnest($1::text[]) name where not pg_catalog.has_parameter_privilege(name, 'ALTER SYSTEM')`,
    [names],
  );
  if (denied.rows.length === 0 && row.reload) return;
  const role = displayIdentifier(row.role);
  throw new AppError(
    'privilege-missing',
    `${row.role} may not change these server settings on ${address}: GRANT ALTER SYSTEM ON PARAMETER ${names.join(', ')} TO ${role}; GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf(), pg_catalog.pg_show_all_file_settings() TO ${role}; GRANT SELECT ON pg_catalog.pg_file_settings TO ${role};`,
  );
}

/** What postgresql.auto.conf holds for these settings; a name without an entry is left out. */
export async function autoConfEntries(
  session: ChangeSession,
  names: readonly string[],
): Promise<Map<string, string>> {
  try {
    const { rows } = await session.client.query<{ name: string; value: string }>(
      `select /* ratchet */ name, setting as value from pg_catalog.pg_file_settings
       where sourcefile ~ '(^|[/\\\\])postgresql[.]auto[.]conf$' and name = any ($1) order by seqno`,
      [names],
    );
    return new Map(rows.map((r) => [r.name, r.value]));
  } catch (error) {
    if (errorCodeOf(error) !== '42501') throw error;
    throw new AppError(
      'privilege-missing',
      `The operator role may not read pg_file_settings on ${session.address}, and so not know what to go back to.`,
      { cause: error },
    );
  }
}

/** Which of the settings wait for a restart, and which another place overrides, now that the files were loaded. */
export interface Loaded {
  pendingRestart: string[];
  overridden: { name: string; source: string }[];
}

/** Has the server load its files again, and waits until this session has. Returns what did not take effect. */
export async function reload(
  session: ChangeSession,
  names: readonly string[],
  run: (statement: string) => Promise<void>,
): Promise<Loaded> {
  const { client } = session;
  const loadedAt = async () => {
    const { rows } = await client.query<{ at: string }>(
      'select /* ratchet */ pg_catalog.pg_conf_load_time()::text as at',
    );
    return rows[0]?.at;
  };
  const before = await loadedAt();
  await run(reloadSql);
  const deadline = Date.now() + reloadWaitMs;
  while ((await loadedAt()) === before) {
    if (Date.now() > deadline)
      throw new AppError('timeout', `${session.address} does not load its configuration files again.`);
    await pause(20);
  }
  return inForce(session, names);
}

/** The same, as it is now. */
export async function inForce({ client }: ChangeSession, names: readonly string[]): Promise<Loaded> {
  const { rows } = await client.query<{ name: string; pending: boolean; source: string }>(
    'select /* ratchet */ name, pending_restart as pending, source from pg_catalog.pg_settings where name = any ($1)',
    [names],
  );
  return {
    pendingRestart: rows.filter((r) => r.pending).map((r) => r.name),
    overridden: rows
      .filter((r) => !['configuration file', 'default', 'session'].includes(r.source))
      .map(({ name, source }) => ({ name, source })),
  };
}

/** In words, for the journal. */
export function loadedText({ pendingRestart, overridden }: Loaded): string {
  const parts = [
    ...(pendingRestart.length > 0 ? [`waiting for a restart: ${pendingRestart.join(', ')}`] : []),
    ...overridden.map((o) => `${o.name} is overridden (${o.source})`),
  ];
  return parts.length === 0 ? 'loaded; all take effect without a restart' : `loaded; ${parts.join('; ')}`;
}
