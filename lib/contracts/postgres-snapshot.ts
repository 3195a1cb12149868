import { z } from 'zod';

/** A number that pg may hand over as text (bigint, numeric); kept as a double. */
const num = z.coerce.number();

export const PgStatement = z.object({
  /** queryid as text: it does not fit a double. */
  queryId: z.string(),
  /** Normalised text of pg_stat_statements, with $n for constants. */
  query: z.string(),
  /** Text cut off by track_activity_query_size: cannot be parsed. */
  truncated: z.boolean(),
  calls: num,
  totalMs: num,
  meanMs: num,
  stddevMs: num,
  minMs: num,
  maxMs: num,
  rows: num,
  sharedBlksHit: num,
  sharedBlksRead: num,
  tempBlksWritten: num,
  walBytes: num,
});
export type PgStatement = z.infer<typeof PgStatement>;

/** What pg_stat_statements counted up to a moment, without texts: the time after it can be judged by the difference. */
export const PgStatementBaseline = z.object({
  takenAt: z.iso.datetime(),
  /** As `statementsSince` of a snapshot: another value is another count. */
  since: z.string().nullable(),
  /** Of all statements of the database, ms. */
  totalMs: num,
  statements: z.array(
    PgStatement.pick({
      queryId: true,
      calls: true,
      totalMs: true,
      rows: true,
      sharedBlksHit: true,
      sharedBlksRead: true,
      tempBlksWritten: true,
      walBytes: true,
    }),
  ),
});
export type PgStatementBaseline = z.infer<typeof PgStatementBaseline>;

export const PgColumn = z.object({
  name: z.string(),
  type: z.string(),
  notNull: z.boolean(),
  /** pg_stats.n_distinct: > 0 a count, < 0 a fraction of the rows; null without statistics. */
  nDistinct: num.nullable(),
  nullFraction: num.nullable(),
  /** Average width, bytes. */
  width: num.nullable(),
});
export type PgColumn = z.infer<typeof PgColumn>;

export const PgTable = z.object({
  oid: num,
  schema: z.string(),
  name: z.string(),
  /** r ordinary, p partitioned, m materialized view, v view. */
  kind: z.string(),
  rows: num,
  pages: num,
  tableBytes: num,
  indexBytes: num,
  totalBytes: num,
  seqScans: num,
  seqRows: num,
  indexScans: num,
  liveRows: num,
  deadRows: num,
  modifiedSinceAnalyze: num,
  inserted: num,
  updated: num,
  deleted: num,
  hotUpdated: num,
  lastVacuum: z.string().nullable(),
  lastAnalyze: z.string().nullable(),
  hasPrimaryKey: z.boolean(),
  isPartition: z.boolean(),
  /** Storage parameters as `name=value`; left out in snapshots taken before they were read. */
  options: z.array(z.string()).optional(),
  columns: z.array(PgColumn),
});
export type PgTable = z.infer<typeof PgTable>;

export const PgIndex = z.object({
  oid: num,
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  definition: z.string(),
  method: z.string(),
  /** Key columns in order; null stands for an expression. */
  columns: z.array(z.string().nullable()),
  include: z.array(z.string()),
  predicate: z.string().nullable(),
  unique: z.boolean(),
  primary: z.boolean(),
  /** Backs a constraint. */
  constraint: z.boolean(),
  valid: z.boolean(),
  ready: z.boolean(),
  bytes: num,
  scans: num,
  /** Entries and pages as the last VACUUM, ANALYZE or build saw them, and storage parameters. */
  entries: num.optional(),
  pages: num.optional(),
  options: z.array(z.string()).optional(),
});
export type PgIndex = z.infer<typeof PgIndex>;

export const PgForeignKey = z.object({
  name: z.string(),
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
  referencedSchema: z.string(),
  referencedTable: z.string(),
  referencedColumns: z.array(z.string()),
  validated: z.boolean(),
});
export type PgForeignKey = z.infer<typeof PgForeignKey>;

export const PgSetting = z.object({
  name: z.string(),
  value: z.string(),
  unit: z.string().nullable(),
  context: z.string(),
  source: z.string(),
  pendingRestart: z.boolean(),
  /** Whether it stands in postgresql.auto.conf, where ALTER SYSTEM writes; null where that may not be read. */
  bySystem: z.boolean().nullable().optional(),
});
export type PgSetting = z.infer<typeof PgSetting>;

/** Counters of a database's sessions, to be compared with a later reading. PostgreSQL 14 and newer. */
export const PgSessionCounters = z.object({
  at: z.iso.datetime(),
  /** Sessions begun since `since`. */
  sessions: num,
  /** Time that sessions lasted in all, ms; a session that goes on is added when its state changes. */
  sessionMs: num,
  /** When the counters began, where the server knows it. */
  since: z.iso.datetime().nullable(),
  serverStart: z.iso.datetime(),
});
export type PgSessionCounters = z.infer<typeof PgSessionCounters>;

/** What the heavy collector reads from one Postgres database, whole. */
export const PostgresSnapshot = z.object({
  takenAt: z.iso.datetime(),
  versionNumber: num,
  version: z.string(),
  database: z.string(),
  role: z.string(),
  superuser: z.boolean(),
  searchPath: z.array(z.string()),
  /** Installed extensions, name → version. */
  extensions: z.record(z.string(), z.string()),
  availableExtensions: z.array(z.string()),
  /** Why statements is null, if it is. */
  statementsMissing: z.string().nullable(),
  /** Since when pg_stat_statements counts, where known. */
  statementsSince: z.string().nullable(),
  /** Total execution time of all statements of this database, ms (more than the ones listed). */
  statementsTotalMs: num,
  statements: z.array(PgStatement).nullable(),
  tables: z.array(PgTable),
  indexes: z.array(PgIndex),
  foreignKeys: z.array(PgForeignKey),
  settings: z.array(PgSetting),
  databaseBytes: num,
  statsReset: z.string().nullable(),
  /** Null before PostgreSQL 14. */
  sessions: PgSessionCounters.nullable().optional(),
});
export type PostgresSnapshot = z.infer<typeof PostgresSnapshot>;
