import type pg from 'pg';
import type { Activity, BlockedSession, Session } from '@/lib/contracts/activity';
import { maskConstants } from '@/lib/targets/postgres/sql/mask';
import { oneRow, readOnly } from './session';

/** Busy sessions listed, and blocked ones looked into: pg_blocking_pids stops the lock manager for a moment each. */
const mostListed = 100;
const mostBlocked = 50;
/** Longest text shown, characters. */
const maxText = 2_000;

interface Row extends Omit<Session, 'query'> {
  waitType: string | null;
  query: string | null;
}

const sessionsSql = `select /* ratchet */ pid, usename::text as user, datname::text as database,
  coalesce(application_name, '') as application,
  coalesce(host(client_addr), case when client_port = -1 then 'local socket' end) as client,
  coalesce(state, 'hidden from this role') as state, wait_event_type as "waitType",
  case when wait_event_type is null or wait_event_type = 'Client' then null
    else wait_event_type || ': ' || wait_event end as "waitsFor",
  (extract(epoch from clock_timestamp() - state_change) * 1000)::float8 as "stateMs",
  (extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as "transactionMs",
  left(query, ${maxText}) as query
from pg_catalog.pg_stat_activity
where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid() and application_name not like 'ratchet%'`;

const blockedSql = `select /* ratchet */ p.pid, pg_catalog.pg_blocking_pids(p.pid) as "blockedBy", l.mode, l.locktype as kind,
  case when l.relation is not null and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
    then l.relation::regclass::text end as relation
from unnest($1::int[]) p (pid)
left join lateral (select mode, locktype, relation, database from pg_catalog.pg_locks k
  where k.pid = p.pid and not k.granted limit 1) l on true`;

/**
 * Who is connected and what they do, who waits for what, who blocks whom. Two reads of statistics views; takes no lock
 * on any table. Ratchet's own sessions are left out. Constants in texts are masked.
 * @throws the driver's error when the server does not answer within the session's timeouts
 */
export async function readActivity(client: pg.Client): Promise<Activity> {
  return readOnly(client, async () => {
    const readAt = new Date().toISOString();
    const { max } = await oneRow<{ max: number }>(
      client,
      "select /* ratchet */ current_setting('max_connections')::int as max",
    );
    const { rows } = await client.query<Row>(sessionsSql);
    const busy = rows
      .filter((r) => r.state !== 'idle')
      .sort((a, b) => (b.transactionMs ?? 0) - (a.transactionMs ?? 0));
    const waiting = rows.filter((r) => r.waitType === 'Lock').slice(0, mostBlocked);
    return {
      readAt,
      used: rows.length,
      max,
      states: group(rows, (r) => r.state).map(([state, of]) => ({
        state,
        sessions: of.length,
        longestMs: longest(of),
      })),
      applications: group(rows, (r) => `${r.application}\0${r.user ?? ''}`).map(([, of]) => ({
        application: of[0]?.application ?? '',
        user: of[0]?.user ?? null,
        sessions: of.length,
        active: of.filter((r) => r.state === 'active').length,
        idleInTransaction: of.filter((r) => r.state.startsWith('idle in transaction')).length,
      })),
      waits: group(
        rows.filter((r) => r.state === 'active' && r.waitsFor !== null),
        (r) => r.waitsFor ?? '',
      ).map(([waitsFor, of]) => ({ waitsFor, sessions: of.length })),
      busy: busy.slice(0, mostListed).map(session),
      busyLeftOut: Math.max(0, busy.length - mostListed),
      blocked: waiting.length === 0 ? [] : await readBlocked(client, waiting),
    };
  });
}

async function readBlocked(client: pg.Client, waiting: Row[]): Promise<BlockedSession[]> {
  const { rows } = await client.query<{
    pid: number;
    blockedBy: number[];
    mode: string | null;
    kind: string | null;
    relation: string | null;
  }>(blockedSql, [waiting.map((r) => r.pid)]);
  return rows.flatMap(({ pid, blockedBy, mode, kind, relation }) => {
    const row = waiting.find((r) => r.pid === pid);
    // Granted since the sessions were read.
    if (!row || blockedBy.length === 0) return [];
    const wants = [mode ?? 'a lock', relation ? `on ${relation}` : kind ? `(${kind})` : ''].join(' ').trim();
    return [{ ...session(row), blockedBy: [...new Set(blockedBy)], wants }];
  });
}

function session({ waitType: _, query, ...row }: Row): Session {
  return { ...row, query: maskConstants(query ?? '') };
}

/** Groups with their members, the largest first. */
function group<T>(rows: readonly T[], key: (row: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const members = groups.get(key(row));
    if (members) members.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length);
}

function longest(rows: readonly Row[]): number | null {
  const known = rows.flatMap((r) => (r.stateMs === null ? [] : [r.stateMs]));
  return known.length === 0 ? null : Math.max(...known);
}
