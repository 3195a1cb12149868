import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { discoveredSource } from '@/lib/views/load/sources';

export const GET = route({ role: 'operator', query: ObserveQuery }, ({ store, query }) =>
  discoveredSource(store, query),
);
