import type pg from 'pg';
import { type LiveCheckpoints, readCheckpoints } from '../live/checkpoints';
import { type LiveConstraint, readNotValidated } from '../live/constraints';
import { type LiveReplication, readReplication } from '../live/replication';
import { type LiveSession, readSessions } from '../live/sessions';
import { type LiveTransactionIds, readTransactionIds } from '../live/transaction-ids';

/** What the rules need of a database beyond the snapshot: cheap, and true only for now. */
export interface LiveFacts {
  /** Oids of indexes that are being built. */
  building: number[];
  connections: { used: number; active: number; max: number };
  sequences: { schema: string; name: string; last: number; max: number; used: number }[];
  /** The role may see the sessions of others (pg_read_all_stats). */
  seesAllSessions: boolean;
  sessions: LiveSession[];
  replication: LiveReplication;
  checkpoints: LiveCheckpoints | null;
  transactionIds: LiveTransactionIds;
  notValidated: LiveConstraint[];
  /** The server can compile expressions (jit is more than a setting). */
  jitAvailable: boolean;
}

/** Reads it over an observer connection, in short reads of the catalogue. */
export async function readLiveFacts(client: pg.Client): Promise<LiveFacts> {
  const building = await client.query<{ oid: number }>(
    'select /* ratchet */ index_relid::int8::float8 as oid from pg_catalog.pg_stat_progress_create_index',
  );
  const connections = await client.query<LiveFacts['connections'] & { all: boolean; jit: boolean }>(
    `select /* ratchet */ count(*)::int as used, (count(*) filter (where state = 'active'))::int as active,
       current_setting('max_connections')::int as max,
       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage') as all, pg_catalog.pg_jit_available() as jit
     from pg_catalog.pg_stat_activity where backend_type = 'client backend'`,
  );
  // Ascending sequences; last_value is null for one that was not used, or that the role may not read.
  const sequences = await client.query<LiveFacts['sequences'][number]>(
    `select /* ratchet */ schemaname::text as schema, sequencename::text as name, last_value::float8 as last,
       max_value::float8 as max, (last_value::numeric / max_value)::float8 as used
     from pg_catalog.pg_sequences
     where last_value is not null and increment_by > 0 and max_value > 0 and not cycle
     order by used desc limit 100`,
  );
  const { all = false, jit = false, ...counts } = connections.rows[0] ?? { used: 0, active: 0, max: 0 };
  return {
    building: building.rows.map((r) => r.oid),
    connections: counts,
    sequences: sequences.rows,
    seesAllSessions: all,
    jitAvailable: jit,
    sessions: await readSessions(client),
    replication: await readReplication(client),
    checkpoints: await readCheckpoints(client),
    transactionIds: await readTransactionIds(client),
    notValidated: await readNotValidated(client),
  };
}
