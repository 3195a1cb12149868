import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { readServerMachine } from '@/lib/targets/postgres/server-machine';

/** Space that is to be left over, as a multiple of what is built: WAL and sort files come beside it. */
const spare = 2;

/**
 * Refuses a build for which the disk of the data folder has no room. Where the server is not in sight of this process
 * its free space is not known, and nothing is refused.
 * @throws AppError 'conflict' with both figures.
 */
export async function refuseForWantOfSpace(
  client: pg.Client,
  address: string,
  needBytes: number,
  free?: number,
): Promise<void> {
  const freeBytes = free ?? (await readServerMachine(client)).freeBytes;
  if (freeBytes === null || freeBytes >= spare * needBytes) return;
  const mb = (n: number) => `${Math.round(n / 1e6).toLocaleString('en-US')} MB`;
  throw new AppError(
    'conflict',
    `The disk of ${address} has ${mb(freeBytes)} free. This may take up to ${mb(needBytes)}, and as much again for WAL and sorting. Free some space first.`,
  );
}

/** Size of a table without its indexes, bytes: no index on plain columns of it is larger. */
export async function tableBytes(client: pg.Client, schema: string, table: string): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select /* ratchet */ pg_catalog.pg_table_size(c.oid)::float8 as bytes from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [schema, table],
  );
  return rows[0]?.bytes ?? 0;
}
