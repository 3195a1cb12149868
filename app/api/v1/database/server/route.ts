import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseServer } from '@/lib/views/database/server';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseServer(store, query),
);
