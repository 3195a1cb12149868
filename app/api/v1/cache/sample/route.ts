import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { cacheSample } from '@/lib/views/cache/sample';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query, request }) =>
  cacheSample(store, query, request.signal),
);
