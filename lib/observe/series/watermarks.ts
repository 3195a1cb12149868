import type pg from 'pg';

/** Up to when (exclusive) each roll-up table is complete. */
export async function watermarks(client: Pick<pg.Pool, 'query'>): Promise<Map<string, Date>> {
  const { rows } = await client.query<{ rollup: string; upto: Date }>(
    'SELECT rollup, upto FROM series.watermark',
  );
  return new Map(rows.map((r) => [r.rollup, r.upto]));
}
