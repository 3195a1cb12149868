import type pg from 'pg';
import { oneRow } from './session';

/** A size this old is still good, ms: the snapshot follows the vitals of the same minute. */
const goodForMs = 30_000;

const measured = new WeakMap<pg.Client, { at: number; bytes: number }>();

/** Size of the database, bytes. The server asks the file system for every file of it. */
export async function databaseBytes(client: pg.Client): Promise<number> {
  const known = measured.get(client);
  const now = Date.now();
  if (known && now - known.at < goodForMs) return known.bytes;
  const { bytes } = await oneRow<{ bytes: number }>(
    client,
    'select /* ratchet */ pg_catalog.pg_database_size(current_database())::float8 as bytes',
  );
  measured.set(client, { at: now, bytes });
  return bytes;
}
