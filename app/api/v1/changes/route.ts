import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { listChanges } from '@/lib/optimize/views';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listChanges(store, query.stack),
);
