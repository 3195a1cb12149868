import { route } from '@/lib/api/route';
import { SeriesQuery } from '@/lib/contracts/metrics';
import { querySeries } from '@/lib/observe/series/query';

export const GET = route({ role: 'viewer', query: SeriesQuery }, ({ store, query }) =>
  querySeries(store, query),
);
