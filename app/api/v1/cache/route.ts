import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { cacheView } from '@/lib/views/cache/cache';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  cacheView(store, query),
);
