import type pg from 'pg';

/** Checkpoints since the counters began. */
export interface LiveCheckpoints {
  timed: number;
  /** Asked for: by WAL that reached max_wal_size, by CHECKPOINT, by backups. */
  requested: number;
  /** When the counters began, ISO. */
  since: string | null;
}

/** From pg_stat_checkpointer (PostgreSQL 17 and newer), else pg_stat_bgwriter. */
export async function readCheckpoints(client: pg.Client): Promise<LiveCheckpoints | null> {
  const { rows: version } = await client.query<{ n: number }>(
    "select /* ratchet */ current_setting('server_version_num')::int as n",
  );
  const modern = (version[0]?.n ?? 0) >= 170000;
  const columns = modern
    ? 'num_timed::float8 as timed, num_requested::float8 as requested'
    : 'checkpoints_timed::float8 as timed, checkpoints_req::float8 as requested';
  const { rows } = await client.query<{ timed: number; requested: number; since: Date | null }>(
    `select /* ratchet */ ${columns}, stats_reset as since from pg_catalog.${modern ? 'pg_stat_checkpointer' : 'pg_stat_bgwriter'}`,
  );
  const row = rows[0];
  return row ? { ...row, since: row.since?.toISOString() ?? null } : null;
}
