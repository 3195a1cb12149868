import { expect, it } from 'vitest';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { SnapshotHistory } from './history';

const snapshot = (calls: number, totalMs: number, since = 'a'): PostgresSnapshot => ({
  takenAt: '2026-11-23T00:00:00Z',
  versionNumber: 180000,
  version: '18',
  database: 'd',
  role: 'r',
  superuser: false,
  searchPath: [],
  extensions: {},
  availableExtensions: [],
  statementsMissing: null,
  statementsSince: since,
  statementsTotalMs: totalMs,
  statements: [
    {
      queryId: '7',
      query: 'select',
      truncated: false,
      calls,
      totalMs,
      meanMs: 1,
      stddevMs: 0,
      minMs: 0,
      maxMs: 1,
      rows: 0,
      sharedBlksHit: 0,
      sharedBlksRead: 0,
      tempBlksWritten: 0,
      walBytes: 0,
    },
  ],
  tables: [],
  indexes: [],
  foreignKeys: [],
  settings: [],
  databaseBytes: 0,
  statsReset: null,
});

it('tells rates and mean time between two snapshots, once, and nothing across a reset', () => {
  const history = new SnapshotHistory();
  const at = (second: number, s: PostgresSnapshot) => {
    history.add(s, second * 1000, second * 1000);
    return Object.fromEntries(history.take().map((v) => [`${v.metric} ${v.label}`, v.value]));
  };
  expect(at(0, snapshot(100, 1000))).toEqual({});
  expect(at(60, snapshot(220, 1600))).toEqual({
    'pg.statement_calls 7': 2,
    'pg.statement_time 7': 0.01,
    'pg.statement_latency 7': 5,
  });
  expect(history.take()).toEqual([]);
  // Not called: no time was measured, and it was called zero times.
  expect(at(120, snapshot(220, 1600))).toEqual({ 'pg.statement_calls 7': 0, 'pg.statement_time 7': 0 });
  expect(at(180, snapshot(500, 9000, 'b'))).toEqual({});
});
