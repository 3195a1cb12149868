import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseIndexes } from '@/lib/views/database/indexes';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseIndexes(store, query),
);
