import type pg from 'pg';
import { errorCodeOf } from '@/lib/targets/postgres/errors';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import { databaseBytes } from './database-bytes';
import { oneRow } from './session';
import { statementTexts } from './statement-texts';
import { findSource, type StatementsSource, timeColumn } from './statements-source';

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
  /** False when it was not time yet to read pg_stat_statements: the sums are null then, and nothing is known of them. */
  statementsRead: boolean;
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
  /** Null when pg_stat_statements cannot be read. */
  source: StatementsSource | null;
  /** When its sums were read last, and of how many statements. */
  sumsAt: number;
  entries: number;
}

/** What is remembered per connection between reads, so that the dear parts run once a minute. */
const memories = new WeakMap<pg.Client, Memory>();
const slowEveryMs = 60_000;
/**
 * Sums over pg_stat_statements copy every entry, 2–3 µs each on the server: with more entries than this they are read
 * at most every 14 s, so at every third reading of vitals.
 */
const manyEntries = 1_000;
const sumsEveryMs = 14_000;

type CounterRow = Omit<
  PgVitals,
  | 'takenAt'
  | 'statementsRead'
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
 * size is read anew every minute per connection, and the sums over many statements at every third call or so.
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

async function remember(client: pg.Client): Promise<Memory> {
  const memory: Memory = {
    slowAt: Date.now(),
    source: await findSource(client),
    sumsAt: 0,
    entries: 0,
    ...pick(memories.get(client)),
  };
  memories.set(client, memory);
  return memory;
}

const pick = (before: Memory | undefined) => before && { sumsAt: before.sumsAt, entries: before.entries };

type Sums = Pick<
  PgVitals,
  'statementsRead' | 'statementMs' | 'statementCalls' | 'ownStatementMs' | 'statementsReset'
>;

const none: Sums = {
  statementsRead: true,
  statementMs: null,
  statementCalls: null,
  ownStatementMs: null,
  statementsReset: null,
};

async function statementSums(client: pg.Client, memory: Memory): Promise<Sums> {
  const { source } = memory;
  if (!source) return none;
  const now = Date.now();
  if (memory.entries > manyEntries && now - memory.sumsAt < sumsEveryMs)
    return { ...none, statementsRead: false };
  try {
    const known = statementTexts(client);
    // Those that came since are learnt with each snapshot, which reads all queryids anyway.
    if (known.empty) await known.learn(source, null);
    const total = timeColumn(source, 'total');
    const reset = source.hasInfo
      ? `(select stats_reset from ${quoteIdentifier(source.schema)}.pg_stat_statements_info)`
      : 'null::timestamptz';
    const { rows } = await client.query<
      Pick<Sums, 'statementMs' | 'statementCalls' | 'ownStatementMs'> & { at: Date | null; entries: number }
    >(
      `select /* ratchet */ coalesce(sum(${total}) filter (where not own), 0)::float8 as "statementMs",
         coalesce(sum(calls) filter (where not own), 0)::float8 as "statementCalls",
         coalesce(sum(${total}) filter (where own), 0)::float8 as "ownStatementMs", ${reset} as at, count(*)::int as entries
       from (select ${total}, calls, coalesce(queryid = any($1::bigint[]), false) as own from ${source.numbers}
             where dbid = (select oid from pg_catalog.pg_database where datname = current_database())) s`,
      [known.own()],
    );
    const row = rows[0];
    if (!row) return none;
    const { at, entries, ...sums } = row;
    memory.entries = entries;
    memory.sumsAt = now;
    return { statementsRead: true, ...sums, statementsReset: at?.toISOString() ?? null };
  } catch (error) {
    if (!unreadable(error)) throw error;
    memory.source = null;
    return none;
  }
}

/** Created but not preloaded (55000), no privilege (42501), or dropped meanwhile (42P01, 42883). */
function unreadable(error: unknown): boolean {
  return ['55000', '42501', '42P01', '42883'].includes(errorCodeOf(error) ?? '');
}
