import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { listReports } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listReports(store, query.stack),
);
