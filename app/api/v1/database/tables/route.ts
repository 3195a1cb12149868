import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseTables } from '@/lib/views/database/tables';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseTables(store, query),
);
