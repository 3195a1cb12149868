import type pg from 'pg';
import { oneRow } from './session';

/** Counters of the whole server: what is written to WAL and by checkpoints, and how far replicas are. Bytes, ms. */
export interface PgServerCounters {
  /** WAL generated, and pages written whole into it. Before PostgreSQL 14 the position in the WAL, and null. */
  walBytes: number;
  fullPageImages: number | null;
  walReset: Date | null;
  checkpointBytes: number;
  checkpointReset: Date | null;
  /** Lag and WAL not yet replayed of each replica; null where the server does not tell this role, or has no traffic. */
  replicas: { name: string; lagMs: number | null; behindBytes: number | null }[];
  slots: { name: string; retainedBytes: number | null }[];
  /** On a standby: age of the newest transaction replayed, while WAL received is not replayed; else null. */
  standbyLagMs: number | null;
}

/** Where the WAL is now: written here, or received from the primary. */
export const walPosition = `case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_receive_lsn() else pg_catalog.pg_current_wal_lsn() end`;

/** Name of a row of pg_stat_replication: what its receiver calls itself, else where it is. */
export const replicaName = `coalesce(nullif(r.application_name, ''), host(r.client_addr), r.pid::text)`;

export const standbyLag = `case when pg_catalog.pg_is_in_recovery()
    and pg_catalog.pg_last_wal_receive_lsn() is distinct from pg_catalog.pg_last_wal_replay_lsn()
  then (extract(epoch from clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::float8 end`;

/** `version` as server_version_num. Sources: the documentation of each view in PostgreSQL 13 to 18. */
function countersSql(version: number): string {
  const wal =
    version >= 140000
      ? `select wal_bytes::float8 as bytes, wal_fpi::float8 as images, stats_reset as reset from pg_catalog.pg_stat_wal`
      : `select pg_catalog.pg_wal_lsn_diff(${walPosition}, '0/0')::float8 as bytes, null::float8 as images, null::timestamptz as reset`;
  const checkpoints =
    version >= 170000
      ? 'select buffers_written::float8 as buffers, stats_reset as reset from pg_catalog.pg_stat_checkpointer'
      : 'select buffers_checkpoint::float8 as buffers, stats_reset as reset from pg_catalog.pg_stat_bgwriter';
  return `select /* ratchet */ w.bytes as "walBytes", w.images as "fullPageImages", w.reset as "walReset",
    c.buffers * current_setting('block_size')::float8 as "checkpointBytes", c.reset as "checkpointReset",
    (select coalesce(json_agg(json_build_object('name', x.name, 'lagMs', x.lag, 'behindBytes', x.behind)), '[]') from (
       select ${replicaName} as name, max(extract(epoch from r.replay_lag) * 1000)::float8 as lag,
         max(pg_catalog.pg_wal_lsn_diff(${walPosition}, r.replay_lsn))::float8 as behind
       from pg_catalog.pg_stat_replication r group by 1 order by 1 limit 50) x) as replicas,
    (select coalesce(json_agg(json_build_object('name', x.name, 'retainedBytes', x.retained)), '[]') from (
       select slot_name::text as name, pg_catalog.pg_wal_lsn_diff(${walPosition}, restart_lsn)::float8 as retained
       from pg_catalog.pg_replication_slots where not temporary order by 1 limit 50) x) as slots,
    ${standbyLag} as "standbyLagMs"
  from (${wal}) w, (${checkpoints}) c`;
}

const versions = new WeakMap<pg.Client, number>();

/** server_version_num of the server at the other end, asked once a connection. */
export async function serverVersion(client: pg.Client): Promise<number> {
  const known = versions.get(client);
  if (known !== undefined) return known;
  const { version } = await oneRow<{ version: number }>(
    client,
    "select /* ratchet */ current_setting('server_version_num')::int as version",
  );
  versions.set(client, version);
  return version;
}

/**
 * Reads them in one statement over views in shared memory; cheap enough for every 5 s. At most 50 replicas and 50 slots.
 * @throws the driver's error when the server does not answer.
 */
export async function readServerCounters(client: pg.Client): Promise<PgServerCounters> {
  return oneRow<PgServerCounters>(client, countersSql(await serverVersion(client)));
}
