import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseActivity } from '@/lib/views/database/activity';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseActivity(store, query),
);
