import type pg from 'pg';
import type { ServerState } from '@/lib/contracts/server-state';
import { replicaName, serverVersion, standbyLag, walPosition } from './server-counters';
import { oneRow, readOnly } from './session';

type WalRow = Omit<NonNullable<ServerState['wal']>, 'since'> & { since: Date | null };
type CheckpointsRow = Omit<ServerState['checkpoints'], 'since'> & { since: Date | null };
type ArchiverRow = Omit<ServerState['archiver'], 'lastFailedAt'> & { lastFailedAt: Date | null };

/** Checkpoints, WAL, archiving and replication of a server at this moment. Reads statistics views; takes no lock. */
export async function readServerState(client: pg.Client): Promise<ServerState> {
  const version = await serverVersion(client);
  return readOnly(client, async () => {
    const readAt = new Date().toISOString();
    const { standby, standbyLagMs, seesAll } = await oneRow<{
      standby: boolean;
      standbyLagMs: number | null;
      seesAll: boolean;
    }>(
      client,
      `select /* ratchet */ pg_catalog.pg_is_in_recovery() as standby, ${standbyLag} as "standbyLagMs",
         pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesAll"`,
    );
    const checkpoints = await oneRow<CheckpointsRow>(client, checkpointsSql(version));
    const wal = version >= 140000 ? await oneRow<WalRow>(client, walSql) : null;
    const archiver = await oneRow<ArchiverRow>(client, archiverSql);
    const { rows: replicas } = await client.query<ServerState['replicas'][number]>(replicasSql);
    const { rows: slots } = await client.query<ServerState['slots'][number]>(slotsSql);
    return {
      readAt,
      standby,
      standbyLagMs,
      checkpoints: { ...checkpoints, since: iso(checkpoints.since) },
      wal: wal && { ...wal, since: iso(wal.since) },
      walFolder: await walFolder(client),
      archiver: { ...archiver, lastFailedAt: iso(archiver.lastFailedAt) },
      seesAll,
      replicas,
      slots,
    };
  });
}

const iso = (at: Date | null) => at?.toISOString() ?? null;
const block = `current_setting('block_size')::float8`;

/** From 17 on checkpoints have a view of their own, and what sessions write themselves is in pg_stat_io. */
function checkpointsSql(version: number): string {
  if (version < 170000)
    return `select /* ratchet */ checkpoints_timed::float8 as timed, checkpoints_req::float8 as requested,
      checkpoint_write_time::float8 as "writeMs", checkpoint_sync_time::float8 as "syncMs",
      buffers_checkpoint * ${block} as bytes, buffers_clean * ${block} as "cleanerBytes",
      buffers_backend * ${block} as "sessionBytes", stats_reset as since from pg_catalog.pg_stat_bgwriter`;
  const sessions = version >= 180000 ? 'write_bytes' : 'writes * op_bytes';
  return `select /* ratchet */ c.num_timed::float8 as timed, c.num_requested::float8 as requested,
      c.write_time::float8 as "writeMs", c.sync_time::float8 as "syncMs",
      c.buffers_written * ${block} as bytes, b.buffers_clean * ${block} as "cleanerBytes",
      (select sum(${sessions})::float8 from pg_catalog.pg_stat_io
       where backend_type = 'client backend' and object = 'relation') as "sessionBytes", c.stats_reset as since
    from pg_catalog.pg_stat_checkpointer c, pg_catalog.pg_stat_bgwriter b`;
}

const walSql = `select /* ratchet */ wal_bytes::float8 as bytes, wal_records::float8 as records,
  wal_fpi::float8 as "fullPageImages", wal_buffers_full::float8 as "buffersFull", stats_reset as since from pg_catalog.pg_stat_wal`;

const archiverSql = `select /* ratchet */ current_setting('archive_mode') as mode, archived_count::float8 as archived,
  failed_count::float8 as failed, last_failed_time as "lastFailedAt" from pg_catalog.pg_stat_archiver`;

const replicasSql = `select /* ratchet */ ${replicaName} as name, coalesce(host(r.client_addr), 'local socket') as client,
  r.state, r.sync_state as sync, (extract(epoch from r.replay_lag) * 1000)::float8 as "replayLagMs",
  pg_catalog.pg_wal_lsn_diff(${walPosition}, r.sent_lsn)::float8 as "unsentBytes",
  pg_catalog.pg_wal_lsn_diff(${walPosition}, r.replay_lsn)::float8 as "behindBytes"
from pg_catalog.pg_stat_replication r order by 1, r.pid`;

const slotsSql = `select /* ratchet */ slot_name::text as name, slot_type as type, active, database::text as database,
  wal_status as "walStatus", pg_catalog.pg_wal_lsn_diff(${walPosition}, restart_lsn)::float8 as "retainedBytes"
from pg_catalog.pg_replication_slots where not temporary order by 1`;

/** Files in pg_wal; null where this role may not list them (pg_monitor may). */
async function walFolder(client: pg.Client): Promise<ServerState['walFolder']> {
  const { allowed } = await oneRow<{ allowed: boolean }>(
    client,
    `select /* ratchet */ pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'execute') as allowed`,
  );
  if (!allowed) return null;
  return oneRow<{ files: number; bytes: number }>(
    client,
    'select /* ratchet */ count(*)::int as files, coalesce(sum(size), 0)::float8 as bytes from pg_catalog.pg_ls_waldir()',
  );
}
