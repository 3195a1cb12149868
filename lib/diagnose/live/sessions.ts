import type pg from 'pg';

/** A client session that waits, blocks others, or holds a transaction open without working. */
export interface LiveSession {
  pid: number;
  /** Start of its server process, UTC with microseconds: tells it from a later one with the same number. */
  startedAt: string;
  user: string | null;
  application: string;
  database: string | null;
  /** Null where the role may not see it. */
  state: string | null;
  /** Since it entered its state, ms. */
  stateMs: number | null;
  /** Age of its transaction, ms; null outside of one. */
  transactionMs: number | null;
  /** For how long it has waited for a lock, ms; null when it does not. */
  waitMs: number | null;
  /** Server processes that it waits for. */
  blockedBy: number[];
  query: string;
}

/** Sessions read at most. */
const most = 500;

/**
 * Sessions of the whole server that are idle in a transaction, wait for a lock, or are waited for; Ratchet's own left
 * out. `waitMs` is exact from PostgreSQL 14 on, and the age of the statement before that.
 */
export async function readSessions(client: pg.Client): Promise<LiveSession[]> {
  const { rows } = await client.query<LiveSession>(
    `with /* ratchet */ waiting as materialized (
       select a.pid, pg_catalog.pg_blocking_pids(a.pid) as blockers,
         (select min((pg_catalog.to_jsonb(l)->>'waitstart')::timestamptz) from pg_catalog.pg_locks l
            where l.pid = a.pid and not l.granted) as since
       from pg_catalog.pg_stat_activity a where a.wait_event_type = 'Lock' limit ${most})
     select a.pid, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "startedAt",
       a.usename::text as user, coalesce(a.application_name, '') as application, a.datname::text as database, a.state,
       (extract(epoch from clock_timestamp() - a.state_change) * 1000)::float8 as "stateMs",
       (extract(epoch from clock_timestamp() - a.xact_start) * 1000)::float8 as "transactionMs",
       case when w.pid is not null then (extract(epoch from clock_timestamp() - coalesce(w.since, a.query_start)) * 1000)::float8 end as "waitMs",
       coalesce(pg_catalog.to_json(w.blockers), '[]') as "blockedBy", left(coalesce(a.query, ''), 1000) as query
     from pg_catalog.pg_stat_activity a left join waiting w on w.pid = a.pid
     where a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid()
       and coalesce(a.application_name, '') not like 'ratchet%'
       and (a.state like 'idle in transaction%' or w.pid is not null
         or a.pid in (select unnest(blockers) from waiting))
     order by a.backend_start limit ${most}`,
  );
  return rows;
}
