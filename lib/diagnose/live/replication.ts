import type pg from 'pg';

export interface LiveReplication {
  slots: {
    name: string;
    type: string;
    active: boolean;
    /** WAL that the server keeps for it, bytes; null when it never was used. */
    retainedBytes: number | null;
  }[];
  replicas: {
    name: string;
    /** From flushing on the primary to being visible on the replica, ms; null without recent traffic, or not shown to the role. */
    replayLagMs: number | null;
    state: string | null;
    /** WAL not yet replayed, bytes. */
    behindBytes: number | null;
  }[];
  /** On a standby: age of the newest transaction replayed, ms, while WAL received is not replayed; else null. */
  standbyLagMs: number | null;
}

const received = `case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_receive_lsn() else pg_catalog.pg_current_wal_lsn() end`;

/** Slots, replicas of this server, and its own lag as a standby. */
export async function readReplication(client: pg.Client): Promise<LiveReplication> {
  const slots = await client.query<LiveReplication['slots'][number]>(
    `select /* ratchet */ slot_name::text as name, slot_type as type, active,
       pg_catalog.pg_wal_lsn_diff(${received}, restart_lsn)::float8 as "retainedBytes"
     from pg_catalog.pg_replication_slots where not temporary order by slot_name`,
  );
  const replicas = await client.query<LiveReplication['replicas'][number]>(
    `select /* ratchet */ coalesce(nullif(application_name, ''), client_addr::text, pid::text) as name, state,
       (extract(epoch from replay_lag) * 1000)::float8 as "replayLagMs",
       pg_catalog.pg_wal_lsn_diff(${received}, replay_lsn)::float8 as "behindBytes"
     from pg_catalog.pg_stat_replication order by pid`,
  );
  const standby = await client.query<{ lag: number | null }>(
    `select /* ratchet */ case when pg_catalog.pg_is_in_recovery()
         and pg_catalog.pg_last_wal_receive_lsn() is distinct from pg_catalog.pg_last_wal_replay_lsn()
       then (extract(epoch from clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::float8 end as lag`,
  );
  return { slots: slots.rows, replicas: replicas.rows, standbyLagMs: standby.rows[0]?.lag ?? null };
}
