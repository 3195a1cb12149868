import type { JobView } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';
import { jobView } from './queue';

/** The newest jobs of a kind, newest first. */
export async function listJobs(
  store: Store,
  filter: { kind: string; stack?: string | undefined },
): Promise<JobView[]> {
  const rows = await store.db.job.findMany({
    where: {
      kind: filter.kind,
      ...(filter.stack === undefined ? {} : { payload: { path: ['stack'], equals: filter.stack } }),
    },
    orderBy: { id: 'desc' },
    take: 50,
    select: { id: true },
  });
  return Promise.all(rows.map((row) => jobView(store, row.id)));
}
