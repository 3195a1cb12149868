import type pg from 'pg';
import { connectObserver, type PostgresConnection, postgresAddress } from '@/lib/targets/postgres/connect';
import { postgresError } from '@/lib/targets/postgres/errors';
import { type Collector, measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond, share } from '../../rates';
import { gapAfter } from '../../series/levels';
import { SnapshotHistory } from './history';
import { readServerCounters } from './server-counters';
import { ServerRates } from './server-rates';
import { readPostgresSnapshot } from './snapshot';
import { type PgVitals, readPostgresVitals } from './vitals';

/**
 * Opens the collector of a Postgres database: one read-only connection.
 *
 * Ratchet's own statements are left out of database time and mean statement time, its sessions out of the
 * connections. They cannot be told apart in pg_stat_database: transactions and block counts include about five
 * reads of Ratchet every 5 s. What they cost is its own metric.
 */
export async function openPostgres(connection: PostgresConnection): Promise<Collector> {
  const client = await connectObserver(connection);
  const address = postgresAddress(connection.url);
  const rates = new PostgresRates();
  const serverRates = new ServerRates();
  const history = new SnapshotHistory();
  const call = async <T>(fn: () => Promise<T>): Promise<T> => {
    try {
      return await fn();
    } catch (error) {
      throw postgresError(error, address);
    }
  };
  return {
    vitals: () =>
      call(async () => {
        const startedAt = performance.now();
        const read = await readPostgresVitals(client);
        const endedAt = performance.now();
        const server = await readServerCounters(client);
        const serverEndedAt = performance.now();
        const latency = await roundTrip(client);
        return {
          values: [
            ...rates.next(read, startedAt, endedAt),
            ...serverRates.next(server, read.serverStart, endedAt, serverEndedAt),
            ...measured({ 'pg.latency': latency }),
          ],
        };
      }),
    snapshot: () =>
      call(async () => {
        const startedAt = performance.now();
        const snapshot = await readPostgresSnapshot(client);
        history.add(snapshot, startedAt, performance.now());
        return snapshot;
      }),
    fromSnapshot: () => history.take(),
    close: () => cut(client),
  };
}

async function roundTrip(client: pg.Client): Promise<number> {
  const started = performance.now();
  // An empty statement: parsed, answered, and counted nowhere.
  await client.query('');
  return performance.now() - started;
}

/** Ends the connection without waiting for a server that may hang. */
async function cut(client: pg.Client): Promise<void> {
  // Says goodbye when the server still listens; its answer is not waited for, and its failure means nothing here.
  client.end().catch(() => undefined);
  const connection: unknown = Reflect.get(client, 'connection');
  const stream: unknown =
    typeof connection === 'object' && connection ? Reflect.get(connection, 'stream') : null;
  await new Promise((resolve) => setImmediate(resolve));
  if (typeof stream === 'object' && stream && 'destroy' in stream && typeof stream.destroy === 'function')
    stream.destroy();
}

/** Turns readings of counters into values. */
export class PostgresRates {
  #database = new CounterTrack(gapAfter('pg.transactions'));
  #statements = new CounterTrack(gapAfter('pg.database_time'));

  next(read: PgVitals, startedAt: number, endedAt: number): Value[] {
    const database = this.#database.next({
      startedAt,
      endedAt,
      epoch: `${read.serverStart} ${read.statsReset}`,
      counters: {
        commits: read.xactCommit,
        rollbacks: read.xactRollback,
        hit: read.blksHit,
        read: read.blksRead,
        temp: read.tempBytes,
      },
    });
    const commits = perSecond(database, 'commits');
    const rollbacks = perSecond(database, 'rollbacks');
    return [
      ...measured({
        'pg.transactions': commits === null || rollbacks === null ? null : commits + rollbacks,
        'pg.rollbacks': rollbacks,
        'pg.hit_ratio': share(database, 'hit', 'read'),
        'pg.blocks_read': perSecond(database, 'read'),
        'pg.temp_bytes': perSecond(database, 'temp'),
        'pg.connections': read.connections,
        'pg.connections_active': read.connectionsActive,
        'pg.connections_idle_in_transaction': read.connectionsIdleInTransaction,
        'pg.connections_waiting': read.connectionsWaiting,
        'pg.connections_max': read.maxConnections,
        'pg.size': read.databaseBytes,
      }),
      ...this.#statementValues(read, startedAt, endedAt),
    ];
  }

  #statementValues(read: PgVitals, startedAt: number, endedAt: number): Value[] {
    if (!read.statementsRead) return [];
    if (read.statementMs === null || read.statementCalls === null || read.ownStatementMs === null) {
      this.#statements.reset();
      return [];
    }
    const increase = this.#statements.next({
      startedAt,
      endedAt,
      epoch: `${read.serverStart} ${read.statementsReset}`,
      counters: { ms: read.statementMs, calls: read.statementCalls, own: read.ownStatementMs },
    });
    if (!increase) return [];
    const { ms = 0, calls = 0, own = 0 } = increase.counters;
    return measured({
      'pg.database_time': ms / 1000 / increase.seconds,
      'pg.statement_mean': calls === 0 ? null : ms / calls,
      'pg.ratchet_time': own / 1000 / increase.seconds,
    });
  }
}
