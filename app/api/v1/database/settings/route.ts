import { route } from '@/lib/api/route';
import { ObserveQuery } from '@/lib/contracts/observe';
import { databaseSettings } from '@/lib/views/database/settings';

export const GET = route({ role: 'viewer', query: ObserveQuery }, ({ store, query }) =>
  databaseSettings(store, query),
);
