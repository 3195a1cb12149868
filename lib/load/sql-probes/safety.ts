import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { DetailedAnalysis } from '@/lib/targets/postgres/sql/analyse';

/** Built-in functions that are volatile by the catalogue and yet change nothing. */
const harmless = new Set([
  'random',
  'clock_timestamp',
  'gen_random_uuid',
  'timeofday',
  'random_normal',
  'uuidv4',
  'uuidv7',
]);

/**
 * Refuses statements that call a volatile function: it may do what no read-only transaction forbids (take an
 * advisory lock, sleep, signal another session, write through a second connection).
 * @throws AppError 'unsupported' naming the function.
 */
export async function refuseVolatile(client: pg.Client, analysis: DetailedAnalysis): Promise<void> {
  const names = [...analysis.functions].filter((name) => !harmless.has(name));
  if (names.length === 0) return;
  const { rows } = await client.query<{ name: string }>(
    `select /* ratchet */ distinct proname::text as name from pg_catalog.pg_proc
     where lower(proname) = any($1::text[]) and provolatile = 'v' and prokind <> 'a' order by 1`,
    [names],
  );
  const first = rows[0];
  if (first)
    throw new AppError(
      'unsupported',
      `It calls the volatile function ${first.name}, which may do more than read.`,
    );
}
