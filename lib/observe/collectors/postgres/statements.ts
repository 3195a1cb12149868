import type pg from 'pg';
import type { PgStatement } from '@/lib/contracts/postgres-snapshot';
import { enableStatements } from '@/lib/targets/postgres/capabilities';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import { parses } from '@/lib/targets/postgres/sql/parse';
import { textKey } from '@/lib/targets/postgres/sql/text-key';
import { oneRow } from './session';

/** Statements kept, by total time. */
const limit = 200;
/** Longest text kept, characters: longer ones are generated lists, and every snapshot stores them. */
const maxText = 10_000;

export interface StatementsRead {
  statements: PgStatement[] | null;
  statementsMissing: string | null;
  statementsSince: string | null;
  statementsTotalMs: number;
}

interface Source {
  view: string;
  schema: string;
  columns: Set<string>;
  hasInfo: boolean;
}

/**
 * Reads pg_stat_statements: the top 200 statements of the present database by total execution time, one row
 * per text (summed over roles, nesting levels and queryids). Left out: utility statements, and Ratchet's own (which
 * carry the comment `ratchet`). When the extension is missing or hidden, `statements` is null and
 * `statementsMissing` says what enables it.
 */
export async function readStatements(client: pg.Client): Promise<StatementsRead> {
  const source = await findSource(client);
  if (source === null) return missing(await whyMissing(client));
  await client.query('SAVEPOINT ratchet_statements');
  try {
    const read = await readRows(client, source);
    await client.query('RELEASE SAVEPOINT ratchet_statements');
    return read;
  } catch (error) {
    const code = errorCodeOf(error);
    // 55000: created but not preloaded. 42501: no privilege on the view or its function.
    if (code !== '55000' && code !== '42501') throw error;
    await client.query('ROLLBACK TO SAVEPOINT ratchet_statements');
    const step = code === '55000' ? enableStatements(await preloaded(client)) : await grant(client);
    return missing(`pg_stat_statements cannot be read (${messageOf(error)}). ${step}`);
  }
}

function missing(why: string): StatementsRead {
  return { statements: null, statementsMissing: why, statementsSince: null, statementsTotalMs: 0 };
}

/** Where the view of this database is, and which columns its version has; null when it was not created. */
export async function findSource(client: pg.Client): Promise<Source | null> {
  const { rows } = await client.query<{ schema: string; relation: string; column: string }>(
    `select /* ratchet */ n.nspname::text as schema, c.relname::text as relation, a.attname::text as column
     from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname in ('pg_stat_statements', 'pg_stat_statements_info')
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where e.extname = 'pg_stat_statements'`,
  );
  const schema = rows[0]?.schema;
  if (schema === undefined) return null;
  const columns = new Set(rows.filter((r) => r.relation === 'pg_stat_statements').map((r) => r.column));
  const hasInfo = rows.some((r) => r.relation === 'pg_stat_statements_info');
  return { view: `${quoteIdentifier(schema)}.pg_stat_statements`, schema, columns, hasInfo };
}

/** Total time column: `total_exec_time` from extension version 1.8 (PostgreSQL 13), `total_time` before. */
export function timeColumn(source: Source, of: 'total' | 'mean' | 'min' | 'max' | 'stddev'): string {
  return source.columns.has(`${of}_exec_time`) ? `${of}_exec_time` : `${of}_time`;
}

/** SQL condition: the text, after leading comments and parentheses, starts like a statement that is planned. */
const planned = (query: string) =>
  `pg_catalog.regexp_replace(${query}, '^(\\s|\\(|/\\*.*?\\*/|--[^\\n]*\\n)+', '') ~* '^(select|insert|update|delete|merge|with|values|table)\\M'`;

async function readRows(client: pg.Client, source: Source): Promise<StatementsRead> {
  const own = `query like '%/* ratchet%'`;
  const hidden = `query = '<insufficient privilege>'`;
  const time = (of: 'total' | 'mean' | 'min' | 'max' | 'stddev') => timeColumn(source, of);
  const wal = source.columns.has('wal_bytes') ? 'sum(wal_bytes)::float8' : '0::float8';
  const totals = await oneRow<{ total: number | null; hidden: number | null; track: number }>(
    client,
    `select /* ratchet */ (sum(${time('total')}) filter (where not ${own} and ${planned('query')}))::float8 as total,
       (sum(${time('total')}) filter (where ${hidden}))::float8 as hidden,
       (select setting::int from pg_catalog.pg_settings where name = 'track_activity_query_size') as track
     from ${source.view} where dbid = (select oid from pg_catalog.pg_database where datname = current_database())`,
  );
  if ((totals.hidden ?? 0) > (totals.total ?? 0))
    return missing(`Most statements of pg_stat_statements are hidden from this role. ${await grant(client)}`);
  const { rows } = await client.query<PgStatement & { length: number }>(
    `select /* ratchet */ queryid::text as "queryId", left(min(query), ${maxText}) as query, length(min(query)) as length,
       sum(calls)::float8 as calls, sum(${time('total')})::float8 as "totalMs",
       sum(${time('total')})::float8 / greatest(sum(calls), 1)::float8 as "meanMs",
       sqrt(greatest(0, sum(calls * (${time('stddev')} ^ 2 + ${time('mean')} ^ 2)) / greatest(sum(calls), 1)
         - (sum(calls * ${time('mean')}) / greatest(sum(calls), 1)) ^ 2))::float8 as "stddevMs",
       min(${time('min')})::float8 as "minMs", max(${time('max')})::float8 as "maxMs", sum(rows)::float8 as rows,
       sum(shared_blks_hit)::float8 as "sharedBlksHit", sum(shared_blks_read)::float8 as "sharedBlksRead",
       sum(temp_blks_written)::float8 as "tempBlksWritten", ${wal} as "walBytes"
     from ${source.view}
     where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
       and queryid is not null and calls > 0 and not ${own} and ${planned('query')}
     group by queryid order by sum(${time('total')}) desc limit ${limit}`,
  );
  const statements: PgStatement[] = [];
  for (const { length, ...row } of rows) {
    // A text that fills its buffer may be whole by chance: it is cut off only if it does not parse either.
    const full = length > maxText || Buffer.byteLength(row.query) >= totals.track - 1;
    statements.push({ ...row, truncated: full && !(await parses(row.query)) });
  }
  return {
    statements: sameTextMerged(statements),
    statementsMissing: null,
    statementsSince: await since(client, source),
    statementsTotalMs: totals.total ?? 0,
  };
}

/**
 * One row per text. PostgreSQL counts a text apart when it comes with constants (simple protocol) and with bound
 * parameters (extended protocol, as our own probes do). The smallest queryid stands for all.
 */
function sameTextMerged(statements: PgStatement[]): PgStatement[] {
  const byText = new Map<string, PgStatement>();
  for (const s of statements) {
    const key = s.truncated ? s.queryId : textKey(s.query);
    const known = byText.get(key);
    byText.set(key, known ? merged(known, s) : s);
  }
  return [...byText.values()].sort((a, b) => b.totalMs - a.totalMs);
}

function merged(a: PgStatement, b: PgStatement): PgStatement {
  const calls = a.calls + b.calls;
  const meanMs = (a.totalMs + b.totalMs) / Math.max(calls, 1);
  const square = (s: PgStatement) => s.calls * (s.stddevMs ** 2 + s.meanMs ** 2);
  return {
    queryId: [a.queryId, b.queryId].sort()[0] ?? a.queryId,
    query: a.query,
    truncated: a.truncated,
    calls,
    totalMs: a.totalMs + b.totalMs,
    meanMs,
    stddevMs: Math.sqrt(Math.max(0, (square(a) + square(b)) / Math.max(calls, 1) - meanMs ** 2)),
    minMs: Math.min(a.minMs, b.minMs),
    maxMs: Math.max(a.maxMs, b.maxMs),
    rows: a.rows + b.rows,
    sharedBlksHit: a.sharedBlksHit + b.sharedBlksHit,
    sharedBlksRead: a.sharedBlksRead + b.sharedBlksRead,
    tempBlksWritten: a.tempBlksWritten + b.tempBlksWritten,
    walBytes: a.walBytes + b.walBytes,
  };
}

async function since(client: pg.Client, source: Source): Promise<string | null> {
  if (!source.hasInfo) return null;
  const { rows } = await client.query<{ at: Date | null }>(
    `select /* ratchet */ stats_reset as at from ${quoteIdentifier(source.schema)}.pg_stat_statements_info`,
  );
  return rows[0]?.at?.toISOString() ?? null;
}

async function preloaded(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ setting: string }>(
    "select /* ratchet */ setting from pg_catalog.pg_settings where name = 'shared_preload_libraries'",
  );
  return rows[0]?.setting ?? '?';
}

async function whyMissing(client: pg.Client): Promise<string> {
  const { available } = await oneRow<{ available: boolean }>(
    client,
    "select /* ratchet */ exists (select from pg_catalog.pg_available_extensions where name = 'pg_stat_statements') as available",
  );
  if (!available)
    return 'pg_stat_statements is not on the server: install its postgresql-contrib package, then create the extension.';
  return `pg_stat_statements is not created in this database. ${enableStatements(await preloaded(client))}`;
}

async function grant(client: pg.Client): Promise<string> {
  const { role } = await oneRow<{ role: string }>(client, 'select /* ratchet */ current_user::text as role');
  return `GRANT pg_monitor TO ${quoteIdentifier(role)};`;
}
