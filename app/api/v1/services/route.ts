import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { serviceView } from '@/lib/views/services/services';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  serviceView(store, query),
);
