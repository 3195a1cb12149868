import type { PgColumn, PgStatement, PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

/** A column as the collector reads it, not analysed yet. */
export function pgColumn(name: string, o: Partial<PgColumn> = {}): PgColumn {
  return { name, type: 'bigint', notNull: true, nDistinct: null, nullFraction: null, width: null, ...o };
}

/** An ordinary table at rest in the schema public; `columns` by name or whole. */
export function pgTable(
  name: string,
  columns: readonly (string | PgColumn)[],
  o: Partial<Omit<PgTable, 'name' | 'columns'>> = {},
): PgTable {
  return {
    oid: 1,
    schema: 'public',
    name,
    kind: 'r',
    rows: 1_000,
    pages: 10,
    tableBytes: 0,
    indexBytes: 0,
    totalBytes: 0,
    seqScans: 0,
    seqRows: 0,
    indexScans: 0,
    liveRows: 0,
    deadRows: 0,
    modifiedSinceAnalyze: 0,
    inserted: 0,
    updated: 0,
    deleted: 0,
    hotUpdated: 0,
    lastVacuum: null,
    lastAnalyze: null,
    hasPrimaryKey: true,
    isPartition: false,
    columns: columns.map((c) => (typeof c === 'string' ? pgColumn(c) : c)),
    ...o,
  };
}

/** A statement that was called, in milliseconds. */
export function pgStatement(query: string, o: Partial<PgStatement> = {}): PgStatement {
  return {
    queryId: '1',
    query,
    truncated: false,
    calls: 1,
    rows: 1,
    totalMs: 1,
    meanMs: 1,
    stddevMs: 0,
    minMs: 1,
    maxMs: 1,
    sharedBlksHit: 0,
    sharedBlksRead: 0,
    tempBlksWritten: 0,
    walBytes: 0,
    ...o,
  };
}

/** What a collector reads of an empty database of PostgreSQL 18. */
export function pgSnapshot(o: Partial<PostgresSnapshot> = {}): PostgresSnapshot {
  return {
    takenAt: '2026-11-23T12:00:00.000Z',
    versionNumber: 180000,
    version: '18',
    database: 'db',
    role: 'app',
    superuser: false,
    searchPath: ['public'],
    extensions: {},
    availableExtensions: [],
    statementsMissing: null,
    statementsSince: null,
    statementsTotalMs: 1,
    statements: [],
    tables: [],
    indexes: [],
    foreignKeys: [],
    settings: [],
    databaseBytes: 1,
    statsReset: null,
    ...o,
  };
}
