import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseStatements } from '@/lib/views/database/statements';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseStatements(store, query),
);
