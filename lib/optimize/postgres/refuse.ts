import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { longTransactionMs, replicaLagMs } from '../timeouts';

interface TableFacts {
  kind: string;
  may_own: boolean;
  may_create: boolean;
  owner: string;
  role: string;
  read_only: boolean;
  in_recovery: boolean;
}

/**
 * Refuses a change of a table's indexes that could not end well, before anything is executed: read-only server,
 * no such table, a kind of table it does not work on, not the owner.
 * @throws AppError 'unsupported' | 'not-found' | 'privilege-missing'.
 */
export async function refuseUnlessOwner(
  client: pg.Client,
  address: string,
  schema: string,
  table: string,
): Promise<void> {
  const { rows } = await client.query<TableFacts>(
    `select c.relkind as kind, pg_catalog.pg_has_role(current_user, c.relowner, 'usage') as may_own,
       pg_catalog.has_schema_privilege(current_user, n.oid, 'create') as may_create,
       pg_catalog.pg_get_userbyid(c.relowner)::text as owner, current_user::text as role,
       current_setting('transaction_read_only') = 'on' as read_only, pg_catalog.pg_is_in_recovery() as in_recovery
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  const name = `${displayIdentifier(schema)}.${displayIdentifier(table)}`;
  const row = rows[0];
  if (!row)
    throw new AppError('not-found', `There is no table ${name} on ${address} any more. Diagnose again.`);
  if (row.in_recovery)
    throw new AppError(
      'unsupported',
      `${address} is a standby in recovery: changes are made on its primary. Give the primary's URL for this target.`,
    );
  if (row.read_only)
    throw new AppError(
      'unsupported',
      `${address} takes no writes (default_transaction_read_only is on). Turn it off for the operator role.`,
    );
  if (row.kind === 'p')
    throw new AppError(
      'unsupported',
      `${name} is partitioned: CREATE INDEX CONCURRENTLY does not work on the parent. Not supported yet.`,
    );
  if (row.kind !== 'r' && row.kind !== 'm') throw new AppError('unsupported', `${name} is not a table.`);
  const grant = `GRANT ${displayIdentifier(row.owner)} TO ${displayIdentifier(row.role)};`;
  if (!row.may_own)
    throw new AppError(
      'privilege-missing',
      `Only the owner of ${name} on ${address} may do this, and ${row.role} is not: ${grant}`,
    );
  if (!row.may_create)
    throw new AppError(
      'privilege-missing',
      `${row.role} may not create in schema ${schema} on ${address}: GRANT CREATE ON SCHEMA ${displayIdentifier(schema)} TO ${displayIdentifier(row.role)};`,
    );
}

/**
 * Refuses a CONCURRENTLY statement while a transaction has been open for long: it would wait for that
 * transaction to end before it can finish (PostgreSQL docs, "Building Indexes Concurrently").
 * @throws AppError 'conflict' naming the sessions.
 */
export async function refuseBesideLongTransactions(
  client: pg.Client,
  address: string,
  olderThanMs = longTransactionMs,
): Promise<void> {
  const { rows } = await client.query<{
    pid: number;
    name: string | null;
    state: string | null;
    minutes: number;
  }>(
    `select pid, application_name as name, state, extract(epoch from now() - xact_start)::float8 / 60 as minutes
     from pg_catalog.pg_stat_activity
     where datname = current_database() and pid <> pg_catalog.pg_backend_pid() and backend_type = 'client backend'
       and (backend_xid is not null or backend_xmin is not null)
       and xact_start < now() - $1 * interval '1 millisecond' order by xact_start limit 3`,
    [olderThanMs],
  );
  if (rows.length === 0) return;
  const list = rows.map(
    (r) =>
      `process ${r.pid} (${r.name || 'unnamed'}, ${r.state ?? 'unknown'}) for ${r.minutes.toFixed(0)} min`,
  );
  throw new AppError(
    'conflict',
    `Transactions are open on ${address} that the index build would have to wait for: ${list.join('; ')}. Try again when they have ended.`,
  );
}

/**
 * Refuses a build while a replica is far behind: it writes the whole index as WAL, and the replica would fall farther
 * behind.
 * @throws AppError 'conflict' naming the replica.
 */
export async function refuseBesideLaggingReplicas(
  client: pg.Client,
  address: string,
  longerThanMs = replicaLagMs,
): Promise<void> {
  const { rows } = await client.query<{ name: string; seconds: number }>(
    `select /* ratchet */ coalesce(nullif(application_name, ''), client_addr::text, pid::text) as name,
       extract(epoch from replay_lag)::float8 as seconds
     from pg_catalog.pg_stat_replication where replay_lag > $1 * interval '1 millisecond' order by replay_lag desc limit 3`,
    [longerThanMs],
  );
  if (rows.length === 0) return;
  const list = rows.map((r) => `${r.name} by ${r.seconds.toFixed(0)} s`);
  throw new AppError(
    'conflict',
    `Replicas of ${address} are behind: ${list.join('; ')}. The build would write the whole index as WAL on top. Try again when they have caught up.`,
  );
}
