import type pg from 'pg';
import type { PgSessionCounters } from '@/lib/contracts/postgres-snapshot';

interface Row {
  sessions: number;
  sessionMs: number;
  since: Date | null;
  serverStart: Date;
}

/**
 * How many sessions the database has seen, and for how long; null before PostgreSQL 14, which does not count
 * them. One row of pg_stat_database. The counters of a session arrive when its state changes.
 */
export async function readSessionCounters(client: pg.Client): Promise<PgSessionCounters | null> {
  // Through JSON: a column that the version lacks reads as null then, in place of an error.
  const { rows } = await client.query<Partial<Row>>(
    `select /* ratchet */ (j->>'sessions')::float8 as sessions, (j->>'session_time')::float8 as "sessionMs",
       s.stats_reset as since, pg_catalog.pg_postmaster_start_time() as "serverStart"
     from pg_catalog.pg_stat_database s, lateral pg_catalog.to_jsonb(s) j where s.datname = current_database()`,
  );
  const row = rows[0];
  if (!row?.serverStart || typeof row.sessions !== 'number') return null;
  return {
    at: new Date().toISOString(),
    sessions: row.sessions,
    sessionMs: row.sessionMs ?? 0,
    since: row.since?.toISOString() ?? null,
    serverStart: row.serverStart.toISOString(),
  };
}
