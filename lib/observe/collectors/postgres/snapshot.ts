import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { PgColumn, PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { lastingRow } from '../../lasting-rows';
import { readCatalogueMark } from './catalogue-mark';
import { type CatalogueMemory, catalogueMemory, type Marked, made } from './catalogue-memory';
import { readColumns, type TableColumns } from './columns';
import { databaseBytes } from './database-bytes';
import { readForeignKeys } from './foreign-keys';
import { type IndexRow, readIndexes } from './indexes';
import { oneRow, readOnly } from './session';
import { readSessionCounters } from './session-counters';
import { readSettings } from './settings';
import { readStatements } from './statements';
import { readTables, type TableRow } from './tables';

interface ServerRow {
  versionNumber: number;
  version: string;
  database: string;
  role: string;
  superuser: boolean;
  searchPath: string[];
  extensions: Record<string, string>;
  availableExtensions: string[];
  statsReset: Date | null;
}

const serverSql = `select /* ratchet */ current_setting('server_version_num')::float8 as "versionNumber", current_setting('server_version') as version,
  current_database()::text as database, current_user::text as role,
  (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser,
  pg_catalog.to_json(pg_catalog.current_schemas(false)) as "searchPath",
  (select coalesce(pg_catalog.json_object_agg(extname, extversion), '{}') from pg_catalog.pg_extension) as extensions,
  (select coalesce(pg_catalog.json_agg(name order by name), '[]') from pg_catalog.pg_available_extensions) as "availableExtensions",
  (select stats_reset from pg_catalog.pg_stat_database where datname = current_database()) as "statsReset"`;

/**
 * Reads one database whole, in one read-only transaction: statements, tables with columns and statistics,
 * indexes, foreign keys, settings. PostgreSQL 13 to 18. Needs no privilege beyond CONNECT; what the role may
 * not see is null or said in `statementsMissing`. Reading again over the same connection, what the catalogue says of
 * objects that did not change is taken from the last reading.
 * @throws the driver's error when the server stops answering or a timeout strikes.
 */
export async function readPostgresSnapshot(client: pg.Client): Promise<PostgresSnapshot> {
  return readOnly(client, async () => {
    const takenAt = new Date().toISOString();
    const server = await oneRow<ServerRow>(client, serverSql);
    if (server.versionNumber < 130000)
      throw new AppError(
        'unsupported',
        `PostgreSQL ${server.version} is too old: Ratchet reads 13 and newer.`,
      );
    const statements = await readStatements(client);
    const memory = catalogueMemory(client);
    const mark = await readCatalogueMark(client);
    const same = memory.mark === mark;
    // What fails below leaves the marks half read: they are read again then.
    memory.mark = null;
    memory.reduced = false;
    const { tables, marks } = await readTables(client, memory, same);
    const columns = await readColumns(client, memory, marks);
    const indexes = await readIndexes(client, memory, columns, marks, same);
    memory.mark = memory.reduced ? null : mark;
    return {
      ...server,
      databaseBytes: await databaseBytes(client),
      takenAt,
      statsReset: server.statsReset?.toISOString() ?? null,
      ...statements,
      tables: joinTables(memory, tables, columns, indexes),
      indexes: indexes.map(({ index }) => index),
      foreignKeys: await readForeignKeys(client, memory, mark),
      settings: await readSettings(client),
      sessions: await readSessionCounters(client),
    };
  });
}

/** Tables with what their columns and indexes tell; one that says what it said at the last reading is the same object. */
function joinTables(
  memory: CatalogueMemory,
  rows: readonly TableRow[],
  columns: ReadonlyMap<number, Marked<TableColumns>>,
  indexes: readonly IndexRow[],
): PgTable[] {
  const byTable = sumByTable(indexes);
  return rows.map((row) => {
    const { scans, bytes, primary } = byTable.get(row.oid) ?? noIndex;
    const of = columns.get(row.oid)?.value.columns ?? none;
    return made(memory.joined, row.oid, [row, of, scans, bytes, primary], () =>
      lastingRow({
        ...row,
        indexScans: scans,
        hasPrimaryKey: primary,
        indexBytes: bytes,
        totalBytes: row.tableBytes + bytes,
        columns: of,
      }),
    );
  });
}

const none: PgColumn[] = [];
const noIndex = { scans: 0, bytes: 0, primary: false };

function sumByTable(indexes: readonly IndexRow[]): Map<number, typeof noIndex> {
  const sums = new Map<number, typeof noIndex>();
  for (const { tableOid, index } of indexes) {
    let sum = sums.get(tableOid);
    if (!sum) {
      sum = { ...noIndex };
      sums.set(tableOid, sum);
    }
    sum.scans += index.scans;
    sum.bytes += index.bytes;
    sum.primary ||= index.primary;
  }
  return sums;
}
