import type pg from 'pg';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { quoteIdentifier, quoteQualified } from '@/lib/targets/postgres/quote';
import type { DetailedAnalysis } from '@/lib/targets/postgres/sql/analyse';
import { baseType } from './plan-values';

type Row = (string | null)[];

/**
 * Replaces sampled values of unique columns by new ones, so that an INSERT probe does not collide with the row it
 * was sampled from. Each run is rolled back, so the same new keys serve again. Types it has no new values for are
 * left as they are: the probe then fails its try and is skipped.
 */
export async function freshKeys(
  client: pg.Client,
  snapshot: PostgresSnapshot,
  analysis: DetailedAnalysis,
  rows: Row[],
): Promise<Row[]> {
  let result = rows;
  const done = new Set<string>();
  for (const { number, column, role } of analysis.parameters) {
    if (role !== 'assignment' || !column) continue;
    const indexes = snapshot.indexes.filter(
      (x) => x.unique && x.schema === column.schema && x.table === column.table,
    );
    const index = indexes.find((x) => x.columns.includes(column.column) && !done.has(x.name));
    if (!index) continue;
    const type = snapshot.tables
      .find((t) => t.schema === column.schema && t.name === column.table)
      ?.columns.find((c) => c.name === column.column)?.type;
    const fresh = await maker(client, column, baseType(type ?? ''));
    if (!fresh) continue;
    done.add(index.name);
    result = result.map((row, r) => row.map((value, i) => (i === number - 1 ? fresh(r, value) : value)));
  }
  return result;
}

async function maker(
  client: pg.Client,
  column: { schema: string; table: string; column: string },
  type: string,
): Promise<((r: number, value: string | null) => string) | null> {
  if (type === 'uuid') return () => crypto.randomUUID();
  if (/^(text|character varying|citext)$/.test(type)) return (r, value) => `${value ?? ''}-${r}`;
  if (!/^(smallint|integer|bigint|numeric)$/.test(type)) return null;
  const name = quoteIdentifier(column.column);
  const { rows } = await client.query<{ top: string | null }>(
    `select /* ratchet */ max(${name})::text as top from ${quoteQualified(column.schema, column.table)}`,
  );
  const top = BigInt((rows[0]?.top ?? '0').split('.')[0] ?? '0');
  return (r) => String(top + BigInt(r) + 1n);
}
