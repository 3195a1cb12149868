import { z } from 'zod';
import { FindingLink, Origin } from './observe';

/** One statement as pg_stat_statements counts it, since `since`. */
export const StatementRow = z.object({
  queryId: z.string(),
  query: z.string(),
  truncated: z.boolean(),
  calls: z.number(),
  meanMs: z.number(),
  stddevMs: z.number(),
  minMs: z.number(),
  maxMs: z.number(),
  totalMs: z.number(),
  /** Share of the execution time of all statements of this database, 0..1. */
  share: z.number(),
  rows: z.number(),
  rowsPerCall: z.number(),
  /** Blocks found in shared buffers, 0..1; null for a statement that asked for none. */
  hitRatio: z.number().nullable(),
  tempBytes: z.number(),
  walBytes: z.number(),
  findings: z.array(FindingLink),
});
export type StatementRow = z.infer<typeof StatementRow>;

export const StatementsView = Origin.extend({
  /** Why there are none, and what enables them. */
  missing: z.string().nullable(),
  since: z.string().nullable(),
  totalMs: z.number(),
  /** Whether the history of the statements is kept: of the first so many. */
  historyOf: z.number().int(),
  statements: z.array(StatementRow),
});
export type StatementsView = z.infer<typeof StatementsView>;

export const TableRowView = z.object({
  name: z.string(),
  /** table | partitioned table | partition | materialized view */
  kind: z.string(),
  rows: z.number(),
  totalBytes: z.number(),
  tableBytes: z.number(),
  indexBytes: z.number(),
  /** Growth over the time that is known, at most 24 h, bytes a day; null when it is known for less than 10 minutes. */
  growthPerDay: z.number().nullable(),
  deadRows: z.number(),
  /** Dead rows ÷ all rows, 0..1; null for an empty table. */
  deadShare: z.number().nullable(),
  lastVacuum: z.string().nullable(),
  lastAnalyze: z.string().nullable(),
  modifiedSinceAnalyze: z.number(),
  seqScans: z.number(),
  indexScans: z.number(),
  findings: z.array(FindingLink),
});
export type TableRowView = z.infer<typeof TableRowView>;

export const TablesView = Origin.extend({
  databaseBytes: z.number().nullable(),
  statsReset: z.string().nullable(),
  tables: z.array(TableRowView),
});
export type TablesView = z.infer<typeof TablesView>;

export const IndexRowView = z.object({
  name: z.string(),
  table: z.string(),
  definition: z.string(),
  method: z.string(),
  bytes: z.number(),
  scans: z.number(),
  unique: z.boolean(),
  primary: z.boolean(),
  constraint: z.boolean(),
  valid: z.boolean(),
  /** No scan since the statistics began, and nothing else rests on it. */
  unused: z.boolean(),
  /** An index of the same table that begins with the same columns and can stand in for it. */
  coveredBy: z.string().nullable(),
  findings: z.array(FindingLink),
});
export type IndexRowView = z.infer<typeof IndexRowView>;

export const IndexesView = Origin.extend({
  statsReset: z.string().nullable(),
  indexes: z.array(IndexRowView),
});
export type IndexesView = z.infer<typeof IndexesView>;

export const SettingRowView = z.object({
  name: z.string(),
  value: z.string(),
  unit: z.string().nullable(),
  /** What set it: configuration file, command line, database … */
  source: z.string(),
  /** What a change of it needs: nothing, a reload, a restart. */
  takesEffect: z.string(),
  pendingRestart: z.boolean(),
  findings: z.array(FindingLink),
});
export type SettingRowView = z.infer<typeof SettingRowView>;

export const SettingsView = Origin.extend({
  /** Settings there are; only those that differ from the default, or have a finding, are listed. */
  all: z.number().int(),
  settings: z.array(SettingRowView),
});
export type SettingsView = z.infer<typeof SettingsView>;
