import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { PgStatement } from '@/lib/contracts/postgres-snapshot';
import { enableStatements } from '@/lib/targets/postgres/capabilities';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { quoteIdentifier } from '@/lib/targets/postgres/quote';
import { lastingRow } from '../../lasting-rows';
import { oneRow } from './session';
import { type StatementText, statementTexts } from './statement-texts';
import { findSource, type StatementsSource, timeColumn } from './statements-source';

/** Statements kept, by total time. */
const limit = 200;

export interface StatementsRead {
  statements: PgStatement[] | null;
  statementsMissing: string | null;
  statementsSince: string | null;
  statementsTotalMs: number;
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

interface Totals {
  /** Stays while the same statements are there. */
  mark: string;
  /** Queryids of the top statements. */
  top: string[];
  /** Total time of all that count, ms. */
  allMs: number;
  hiddenMs: number;
  track: number;
}

async function readRows(client: pg.Client, source: StatementsSource): Promise<StatementsRead> {
  const known = statementTexts(client);
  let totals = await readTotals(client, source, known.uncounted());
  if (known.mark !== totals.mark) {
    const ids = await readIds(client, source);
    const unseen = known.unseen(ids);
    if (unseen.length > 0) {
      await known.learn(source, unseen);
      // Those that do not count had a place among the top and in the total: once more, without them.
      if (unseen.some((id) => !known.isPlanned(id)))
        totals = await readTotals(client, source, known.uncounted());
    }
    known.keep(ids);
    // What the server could not read now is looked for again.
    if (known.unseen(ids).length === 0) known.mark = totals.mark;
  }
  if (totals.hiddenMs > totals.allMs)
    return missing(`Most statements of pg_stat_statements are hidden from this role. ${await grant(client)}`);
  // One that came between the two statements is not known to count; it is there the next time.
  const top = totals.top.filter((id) => known.isPlanned(id));
  const texts = await known.texts(source, top, totals.track);
  const listed = (await readNumbers(client, source, top)).flatMap((numbers) => {
    const text = texts.get(numbers.queryId);
    return text ? [{ numbers, text }] : [];
  });
  return {
    statements: sameTextMerged(asLastTime(client, listed)),
    statementsMissing: null,
    statementsSince: await since(client, source),
    statementsTotalMs: totals.allMs,
  };
}

const ofDatabase = 'dbid = (select oid from pg_catalog.pg_database where datname = current_database())';

/** Which statements are the top, without those in `left`. Reads as little of each as it can: there are thousands. */
async function readTotals(
  client: pg.Client,
  source: StatementsSource,
  left: readonly string[],
): Promise<Totals> {
  // A statement that is hidden from this role comes without its queryid.
  const { rows } = await client.query<Totals>(
    `with s as materialized (select queryid, calls, ${timeColumn(source, 'total')} as total from ${source.numbers} where ${ofDatabase}),
     counted as materialized (
       select s.queryid, sum(total) as total from s left join unnest($1::bigint[]) x (queryid) on x.queryid = s.queryid
       where s.queryid is not null and x.queryid is null and calls > 0 group by s.queryid)
     select /* ratchet */ (select pg_catalog.concat_ws(' ', count(*), sum(queryid)) from s) as mark,
       (select coalesce(sum(total), 0) from s where queryid is null) as "hiddenMs",
       (select setting::int from pg_catalog.pg_settings where name = 'track_activity_query_size') as track,
       (select coalesce(sum(total), 0) from counted) as "allMs",
       array(select queryid::text from counted order by total desc limit ${limit}) as top`,
    [left],
  );
  const row = rows[0];
  if (!row) throw new AppError('internal', 'pg_stat_statements returned no row.');
  return row;
}

/** Queryids of all statements of this database that are not hidden. */
async function readIds(client: pg.Client, source: StatementsSource): Promise<string[]> {
  const { ids } = await oneRow<{ ids: string | null }>(
    client,
    `select /* ratchet */ pg_catalog.string_agg(queryid::text, ',') as ids from ${source.numbers}
     where ${ofDatabase} and queryid is not null`,
  );
  return ids?.split(',') ?? [];
}

type Numbers = Omit<PgStatement, 'query' | 'truncated'>;

interface Listed {
  text: StatementText;
  statement: PgStatement;
}

const lastListed = new WeakMap<pg.Client, ReadonlyMap<string, Listed>>();

/** The statements with these numbers and texts; one that has those of the last reading is the same object. */
function asLastTime(client: pg.Client, read: { numbers: Numbers; text: StatementText }[]): Listed[] {
  const last = lastListed.get(client);
  const listed = read.map(({ numbers, text }) => {
    const before = last?.get(numbers.queryId);
    if (before && before.text === text && sameNumbers(before.statement, numbers)) return before;
    const { query, truncated } = text;
    return { text, statement: lastingRow({ ...numbers, query, truncated }) };
  });
  lastListed.set(client, new Map(listed.map((l) => [l.statement.queryId, l])));
  return listed;
}

const sameNumbers = (statement: PgStatement, numbers: Numbers) =>
  Object.entries(numbers).every(([name, value]) => Reflect.get(statement, name) === value);

/** Numbers of these statements, the longest in total first. Reads no text. */
async function readNumbers(
  client: pg.Client,
  source: StatementsSource,
  ids: readonly string[],
): Promise<Numbers[]> {
  const [total, mean, min, max, stddev] = (['total', 'mean', 'min', 'max', 'stddev'] as const).map((of) =>
    timeColumn(source, of),
  );
  const wal = source.columns.has('wal_bytes') ? 'wal_bytes' : '0';
  const { rows } = await client.query<Numbers>(
    `select /* ratchet */ queryid::text as "queryId", sum(calls)::float8 as calls, sum(${total})::float8 as "totalMs",
       sum(${total})::float8 / greatest(sum(calls), 1)::float8 as "meanMs",
       sqrt(greatest(0, sum(calls * (${stddev} ^ 2 + ${mean} ^ 2)) / greatest(sum(calls), 1)
         - (sum(calls * ${mean}) / greatest(sum(calls), 1)) ^ 2))::float8 as "stddevMs",
       min(${min})::float8 as "minMs", max(${max})::float8 as "maxMs", sum(rows)::float8 as rows,
       sum(shared_blks_hit)::float8 as "sharedBlksHit", sum(shared_blks_read)::float8 as "sharedBlksRead",
       sum(temp_blks_written)::float8 as "tempBlksWritten", sum(${wal})::float8 as "walBytes"
     from ${source.numbers} where ${ofDatabase} and queryid = any($1::bigint[]) and calls > 0
     group by queryid order by sum(${total}) desc`,
    [ids],
  );
  return rows;
}

/**
 * One row per text. PostgreSQL counts a text apart when it comes with constants (simple protocol) and with bound
 * parameters (extended protocol, as our own probes do). The smallest queryid stands for all.
 */
function sameTextMerged(listed: readonly Listed[]): PgStatement[] {
  const byText = new Map<string, PgStatement>();
  for (const { text, statement } of listed) {
    const known = byText.get(text.key);
    byText.set(text.key, known ? merged(known, statement) : statement);
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

async function since(client: pg.Client, source: StatementsSource): Promise<string | null> {
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
