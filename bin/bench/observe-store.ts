import { seriesIds } from '@/lib/observe/series/ids';
import { day, hour, packed, perHour, perMinute } from '@/lib/observe/series/levels';
import { ensurePartitions } from '@/lib/observe/series/partitions';
import { querySeries } from '@/lib/observe/series/query';
import { startTestStore } from '@/test/store';
import type { BenchResult } from './result';

const mostBytes = 12;
const mostMs = 50;
/** Samples of a series in the two days that they are kept, one every 5 s. */
const perSeries = (48 * 3600) / 5;

/**
 * Fills a store with `scale` × 100 million packed samples of values that do not compress, roll-ups of 30 days (hours) and
 * two days (minutes) for as many series, and measures the space of a sample and the time of charts of one series.
 */
export async function benchObserveStore(scale: number): Promise<BenchResult> {
  const { store, stop } = await startTestStore();
  try {
    const series = Math.max(1, Math.round((1e8 * scale) / perSeries));
    const stack = await store.db.stack.create({
      data: {
        name: 'bench',
        targets: { create: { kind: 'docker', name: 'd', address: 'x', sealedConnection: 'x' } },
      },
      include: { targets: true },
    });
    const targetId = stack.targets[0]?.id ?? 0;
    const ids = await seriesIds(
      store,
      Array.from({ length: series }, (_, i) => ({ targetId, metric: 'docker.cpu', label: `c${i}` })),
    );
    const now = Math.floor(Date.now() / hour) * hour;
    const days = Array.from({ length: 32 }, (_, i) => new Date(now - i * day));
    await ensurePartitions(store, days, [packed, perMinute, perHour]);
    // One array of deltas and, for each row, values of its own; jitter of a few milliseconds.
    await store.pool.query(
      `INSERT INTO series.packed (series_id, begins, deltas, values)
       SELECT s, h, (SELECT array_agg((CASE i WHEN 1 THEN 0 ELSE 4998 + i % 5 END)::smallint ORDER BY i) FROM generate_series(1, 720) i),
         (SELECT array_agg(random() + 0 * (i + s + extract(hour FROM h))) FROM generate_series(1, 720) i)
       FROM unnest($1::int[]) s, generate_series($2::timestamptz, $3::timestamptz, '1 hour') h`,
      [ids, new Date(now - 48 * hour), new Date(now - hour)],
    );
    for (const [table, from, step] of [
      ['rollup_1h', now - 30 * day, '1 hour'],
      ['rollup_1m', now - 2 * day, '1 minute'],
    ] as const)
      await store.pool.query(
        `INSERT INTO series.${table} SELECT s, 12, b, 6 + random(), 0.1, 0.9, 0.5
         FROM unnest($1::int[]) s, generate_series($2::timestamptz, $3::timestamptz, $4::interval) b`,
        [ids, new Date(from), new Date(now - 1), step],
      );
    await store.pool.query(
      "INSERT INTO series.watermark VALUES ('rollup_1m', $1), ('rollup_1h', $1) ON CONFLICT (rollup) DO UPDATE SET upto = excluded.upto",
      [new Date(now)],
    );
    await store.pool.query('VACUUM ANALYZE series.packed, series.rollup_1h, series.rollup_1m');
    const size = async (table: string) =>
      (
        await store.pool.query<{ n: number }>(
          `SELECT sum(pg_total_relation_size(inhrelid))::float8 AS n FROM pg_inherits WHERE inhparent = 'series.${table}'::regclass`,
        )
      ).rows[0]?.n ?? 0;
    const samples = series * perSeries;
    const bytes = (await size('packed')) / samples;
    // One series of a stack of its own: charts of a target with a thousand containers are another matter.
    await store.pool.query('DELETE FROM series.series WHERE target_id = $1 AND id <> $2', [targetId, ids[0]]);
    const month = await median(() => chart(now - 30 * day, now));
    const raw = await median(() => chart(now - 10 * hour, now - 6 * hour));
    const charts = await median(() => chart(now - day, now));
    const million = `${(samples / 1e6).toFixed(1)} million samples`;
    const [fits, fast] = [bytes <= mostBytes, month <= mostMs];
    return {
      failed: (fits ? 0 : 1) + (fast ? 0 : 1),
      rows: [
        ['store', `${million} of ${series} series, packed, random values`, '', ''],
        [
          '  a sample with its indexes',
          `${bytes.toFixed(1)} bytes`,
          `≤ ${mostBytes} bytes`,
          fits ? '✓' : '✗',
        ],
        ['  chart of 30 days, one series', `${month.toFixed(1)} ms`, `≤ ${mostMs} ms`, fast ? '✓' : '✗'],
        ['  chart of a day, one series', `${charts.toFixed(1)} ms`, '', ''],
        ['  chart of 4 hours from packed samples', `${raw.toFixed(1)} ms`, '', ''],
      ],
    };

    async function chart(from: number, to: number): Promise<void> {
      const query = { stack: 'bench', metric: 'docker.cpu' as const, points: 1000 };
      const found = await querySeries(store, { ...query, from: new Date(from), to: new Date(to) });
      if (found[0]?.points.every((p) => p.v === null) ?? true) throw new Error('the chart is empty');
    }
  } finally {
    await stop();
  }
}

async function median(work: () => Promise<void>, times = 21): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const since = performance.now();
    await work();
    took.push(performance.now() - since);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}
