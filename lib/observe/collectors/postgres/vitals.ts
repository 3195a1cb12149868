import type pg from 'pg';
import { errorCodeOf } from '@/lib/targets/postgres/errors';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import { oneRow } from './session';
import { findSource, timeColumn } from './statements';

/** Cumulative counters and gauges of one database, cheap enough for every 5 s. Times in ms, sizes in bytes. */
export interface PgVitals {
  takenAt: string;
  xactCommit: number;
  xactRollback: number;
  blksHit: number;
  blksRead: number;
  tempBytes: number;
  deadlocks: number;
  tuplesReturned: number;
  tuplesFetched: number;
  tuplesInserted: number;
  tuplesUpdated: number;
  tuplesDeleted: number;
  /** Client sessions of the whole server, our own left out. */
  connections: number;
  connectionsActive: number;
  connectionsIdleInTransaction: number;
  connectionsWaiting: number;
  maxConnections: number;
  /** Sums over pg_stat_statements of this database without Ratchet's own; null when it cannot be read. */
  statementMs: number | null;
  statementCalls: number | null;
  /** Execution time of Ratchet's own statements; null when pg_stat_statements cannot be read. */
  ownStatementMs: number | null;
  /** Size of the database; null on reads where it was not measured (it is, about once a minute). */
  databaseBytes: number | null;
  /** When the counters were last reset, where known; and when the server started. A change means: start anew. */
  statsReset: string | null;
  serverStart: string;
  statementsReset: string | null;
}

interface Memory {
  slowAt: number;
  /** From clause of pg_stat_statements without texts, or null when it cannot be read. */
  statements: { from: string; total: string; reset: string } | null;
  ownQueryIds: string[];
}

/** What is remembered per connection between reads, so that the dear parts run once a minute. */
const memories = new WeakMap<pg.Client, Memory>();
const slowEveryMs = 60_000;

type CounterRow = Omit<
  PgVitals,
  | 'takenAt'
  | 'statementMs'
  | 'statementCalls'
  | 'ownStatementMs'
  | 'databaseBytes'
  | 'statsReset'
  | 'serverStart'
  | 'statementsReset'
> & { statsReset: Date | null; serverStart: Date };

const countersSql = `select /* ratchet */ d.xact_commit::float8 as "xactCommit", d.xact_rollback::float8 as "xactRollback",
  d.blks_hit::float8 as "blksHit", d.blks_read::float8 as "blksRead", d.temp_bytes::float8 as "tempBytes",
  d.deadlocks::float8 as deadlocks, d.tup_returned::float8 as "tuplesReturned", d.tup_fetched::float8 as "tuplesFetched",
  d.tup_inserted::float8 as "tuplesInserted", d.tup_updated::float8 as "tuplesUpdated", d.tup_deleted::float8 as "tuplesDeleted",
  d.stats_reset as "statsReset", pg_catalog.pg_postmaster_start_time() as "serverStart",
  a.connections, a.active as "connectionsActive", a.idle_in_transaction as "connectionsIdleInTransaction",
  a.waiting as "connectionsWaiting", current_setting('max_connections')::float8 as "maxConnections"
from pg_catalog.pg_stat_database d,
  (select count(*)::float8 as connections,
     (count(*) filter (where state = 'active'))::float8 as active,
     (count(*) filter (where state like 'idle in transaction%'))::float8 as idle_in_transaction,
     (count(*) filter (where wait_event_type = 'Lock'))::float8 as waiting
   from pg_catalog.pg_stat_activity
   where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid() and application_name not like 'ratchet%') a
where d.datname = current_database()`;

/**
 * Reads the cheap counters of a Postgres target. Keep one connection and call it again and again: database
 * size, and which statements are Ratchet's own, are found anew only every minute per connection.
 * @throws the driver's error when the server does not answer.
 */
export async function readPostgresVitals(client: pg.Client): Promise<PgVitals> {
  const known = memories.get(client);
  const slow = known === undefined || Date.now() - known.slowAt >= slowEveryMs;
  const memory = slow ? await remember(client) : known;
  const takenAt = new Date().toISOString();
  const { statsReset, serverStart, ...counters } = await oneRow<CounterRow>(client, countersSql);
  return {
    takenAt,
    ...counters,
    statsReset: statsReset?.toISOString() ?? null,
    serverStart: serverStart.toISOString(),
    databaseBytes: slow ? await databaseBytes(client) : null,
    ...(await statementSums(client, memory)),
  };
}

async function databaseBytes(client: pg.Client): Promise<number> {
  const row = await oneRow<{ bytes: number }>(
    client,
    'select /* ratchet */ pg_catalog.pg_database_size(current_database())::float8 as bytes',
  );
  return row.bytes;
}

async function remember(client: pg.Client): Promise<Memory> {
  const memory: Memory = { slowAt: Date.now(), statements: null, ownQueryIds: [] };
  const source = await findSource(client);
  if (source) {
    const schema = quoteIdentifier(source.schema);
    memory.statements = {
      from: `${schema}.pg_stat_statements(false)`,
      total: timeColumn(source, 'total'),
      reset: source.hasInfo
        ? `(select stats_reset from ${schema}.pg_stat_statements_info)`
        : 'null::timestamptz',
    };
    memory.ownQueryIds = await ownQueryIds(client, source.view).catch((error) => {
      if (!unreadable(error)) throw error;
      memory.statements = null;
      return [];
    });
  }
  memories.set(client, memory);
  return memory;
}

async function ownQueryIds(client: pg.Client, view: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select /* ratchet */ distinct queryid::text as id from ${view} where query like '%/* ratchet%' and queryid is not null`,
  );
  return rows.map((r) => r.id);
}

type Sums = Pick<PgVitals, 'statementMs' | 'statementCalls' | 'ownStatementMs' | 'statementsReset'>;

async function statementSums(client: pg.Client, memory: Memory): Promise<Sums> {
  const none: Sums = { statementMs: null, statementCalls: null, ownStatementMs: null, statementsReset: null };
  if (!memory.statements) return none;
  const { from, total, reset } = memory.statements;
  try {
    const { rows } = await client.query<Omit<Sums, 'statementsReset'> & { at: Date | null }>(
      `select /* ratchet */ coalesce(sum(${total}) filter (where not own), 0)::float8 as "statementMs",
         coalesce(sum(calls) filter (where not own), 0)::float8 as "statementCalls",
         coalesce(sum(${total}) filter (where own), 0)::float8 as "ownStatementMs", ${reset} as at
       from (select ${total}, calls, coalesce(queryid = any($1::bigint[]), false) as own from ${from}
             where dbid = (select oid from pg_catalog.pg_database where datname = current_database())) s`,
      [memory.ownQueryIds],
    );
    const row = rows[0];
    if (!row) return none;
    const { at, ...sums } = row;
    return { ...sums, statementsReset: at?.toISOString() ?? null };
  } catch (error) {
    if (!unreadable(error)) throw error;
    memory.statements = null;
    return none;
  }
}

/** Created but not preloaded (55000), no privilege (42501), or dropped meanwhile (42P01, 42883). */
function unreadable(error: unknown): boolean {
  return ['55000', '42501', '42P01', '42883'].includes(errorCodeOf(error) ?? '');
}
