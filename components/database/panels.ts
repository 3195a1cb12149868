import { poolPanel } from '../services/panels';
import type { Panel } from '../time/label-series';
import { rememberPanels } from '../time/remember-panels';

const needs = 'a PostgreSQL target that answers';
const counted = 'a PostgreSQL target with pg_stat_statements';

/** The charts of one database. */
export function databasePanels(target: string): Panel[] {
  return rememberPanels(`database ${target}`, () =>
    [
      {
        id: 'database-time',
        title: 'Database time',
        metrics: [
          { metric: 'pg.database_time' as const, name: 'all statements' },
          { metric: 'pg.ratchet_time' as const, name: 'Ratchet’s own' },
        ],
        keepOrder: true,
        needs: counted,
      },
      {
        id: 'statement-mean',
        title: 'Mean statement time',
        metrics: [{ metric: 'pg.statement_mean' as const, name: 'mean' }],
        needs: counted,
      },
      {
        id: 'transactions',
        title: 'Transactions',
        metrics: [
          { metric: 'pg.transactions' as const, name: 'all' },
          { metric: 'pg.rollbacks' as const, name: 'rolled back', color: 'var(--bad)' },
        ],
        keepOrder: true,
        needs,
      },
      {
        id: 'connections',
        title: 'Connections',
        metrics: connectionMetrics,
        keepOrder: true,
        needs,
      },
      {
        id: 'hit-ratio',
        title: 'Shared buffer hit ratio',
        term: 'hit-ratio' as const,
        metrics: [{ metric: 'pg.hit_ratio' as const, name: 'hits' }],
        top: 1,
        needs,
      },
      {
        id: 'blocks-read',
        title: 'Blocks read from disk or the system’s cache',
        metrics: [{ metric: 'pg.blocks_read' as const, name: 'blocks' }],
        needs,
      },
      {
        id: 'temp',
        title: 'Temporary files',
        metrics: [{ metric: 'pg.temp_bytes' as const, name: 'written' }],
        needs,
      },
      {
        id: 'size',
        title: 'Database size',
        metrics: [{ metric: 'pg.size' as const, name: 'size' }],
        needs,
      },
      {
        id: 'latency',
        title: 'Round trip of an empty statement',
        metrics: [{ metric: 'pg.latency' as const, name: 'round trip' }],
        needs,
      },
    ].map((panel) => ({ ...panel, target })),
  );
}

const connectionMetrics = [
  { metric: 'pg.connections' as const, name: 'all' },
  { metric: 'pg.connections_active' as const, name: 'active' },
  { metric: 'pg.connections_idle_in_transaction' as const, name: 'idle in transaction' },
  { metric: 'pg.connections_waiting' as const, name: 'waiting for a lock', color: 'var(--bad)' },
];

/** The history of one statement. */
export function statementPanels(target: string, queryId: string): Panel[] {
  return rememberPanels(`statement ${target} ${queryId}`, () =>
    [
      {
        id: 'latency',
        title: 'Mean time',
        metric: 'pg.statement_latency' as const,
        name: 'mean of a minute',
      },
      { id: 'calls', title: 'Calls', metric: 'pg.statement_calls' as const, name: 'calls' },
      { id: 'time', title: 'Database time', metric: 'pg.statement_time' as const, name: 'time' },
    ].map(({ metric, name, ...panel }) => ({
      ...panel,
      metrics: [{ metric, name }],
      label: queryId,
      target,
      needs: 'two readings in which it is among the 50 with most total time, a minute apart',
    })),
  );
}

/** The charts beside the list of sessions. */
export function connectionPanels(target: string): Panel[] {
  return rememberPanels(`connections ${target}`, () => [
    ...['connections', 'transactions'].flatMap((id) => databasePanels(target).filter((p) => p.id === id)),
    poolPanel(),
  ]);
}

/** The charts of checkpoints, WAL and replication. */
export function serverPanels(target: string): Panel[] {
  return rememberPanels(`server ${target}`, () =>
    [
      {
        id: 'wal',
        title: 'Written',
        metrics: [
          { metric: 'pg.wal' as const, name: 'WAL' },
          { metric: 'pg.checkpoint_written' as const, name: 'by checkpoints' },
        ],
        keepOrder: true,
        needs,
      },
      {
        id: 'full-pages',
        title: 'Pages written whole into the WAL',
        metrics: [{ metric: 'pg.wal_full_pages' as const, name: 'pages' }],
        needs: 'a PostgreSQL target of version 14 or newer',
      },
      {
        id: 'replica-lag',
        title: 'Replay lag',
        metrics: [
          { metric: 'pg.replica_lag' as const, name: '' },
          { metric: 'pg.standby_lag' as const, name: 'this standby' },
        ],
        needs: 'replicas with traffic, or a standby that is behind',
      },
      {
        id: 'replica-behind',
        title: 'WAL not yet replayed, or kept for a slot',
        metrics: [
          { metric: 'pg.replica_behind' as const, name: 'replica' },
          { metric: 'pg.slot_retained' as const, name: 'slot' },
        ],
        needs: 'replicas or replication slots',
      },
    ].map((panel) => ({ ...panel, target })),
  );
}
