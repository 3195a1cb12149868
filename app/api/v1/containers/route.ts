import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { containersView } from '@/lib/views/containers/containers';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  containersView(store, query),
);
