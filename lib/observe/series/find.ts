import type { MetricName } from '@/lib/contracts/metrics';
import type { Store } from '@/lib/store/client';

export interface FoundSeries {
  id: number;
  target: string;
  metric: MetricName;
  label: string;
}

/** The series of a stack with one of these metrics, by target name and label; only those of one target or label, if given. */
export async function findSeries(
  store: Store,
  stack: string,
  metrics: readonly MetricName[],
  target?: string,
  label?: string,
): Promise<FoundSeries[]> {
  const { rows } = await store.pool.query<FoundSeries>(
    `SELECT r.id, t.name AS target, r.metric, r.label FROM stack k
       JOIN target t ON t.stack_id = k.id JOIN series.series r ON r.target_id = t.id
     WHERE k.name = $1 AND r.metric = ANY ($2) AND ($3::text IS NULL OR t.name = $3)
       AND ($4::text IS NULL OR r.label = $4)
     ORDER BY t.name, r.metric, r.label`,
    [stack, metrics, target ?? null, label ?? null],
  );
  return rows;
}
