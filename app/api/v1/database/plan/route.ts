import { route } from '@/lib/api/route';
import { PlanQuery } from '@/lib/contracts/plan';
import { databasePlan } from '@/lib/views/database/plan';

export const GET = route({ role: 'viewer', query: PlanQuery }, ({ store, query }) =>
  databasePlan(store, query),
);
