import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';
import { seriesIds } from './ids';
import { raw } from './levels';
import { ensurePartitions } from './partitions';

/** One value of a metric at one moment. `label` is a container, an endpoint, or empty. */
export interface Sample {
  metric: MetricName;
  label?: string;
  at: Date;
  value: number;
}

/**
 * Writes samples of a target in one statement. A sample that is there already stays as it is; a value that is
 * no finite number is a mistake of its collector and throws. Makes the hour's partition when it is missing.
 */
export async function writeSamples(
  store: Store,
  targetId: number,
  samples: readonly Sample[],
): Promise<void> {
  if (samples.length === 0) return;
  const wrong = samples.find((s) => !Number.isFinite(s.value));
  if (wrong) throw new RangeError(`a sample of ${wrong.metric} is ${wrong.value}`);
  const ids = await seriesIds(
    store,
    samples.map((s) => ({ targetId, metric: s.metric, label: s.label ?? '' })),
  );
  const insert = () =>
    store.pool.query(
      `INSERT INTO series.sample (series_id, at, value)
       SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::float8[]) ON CONFLICT DO NOTHING`,
      [ids, samples.map((s) => s.at), samples.map((s) => s.value)],
    );
  try {
    await insert();
  } catch (error) {
    if (!lacksPartition(error)) throw error;
    await ensurePartitions(
      store,
      samples.map((s) => s.at),
      [raw],
    );
    await insert();
  }
}

/** 23514 check_violation: no partition of relation found for row. */
function lacksPartition(error: unknown): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === '23514';
}
