import { listAlerts } from '@/lib/alert/alerts';
import { route } from '@/lib/api/route';
import { AlertsQuery } from '@/lib/contracts/alert';

export const GET = route({ role: 'viewer', query: AlertsQuery }, ({ store, query }) =>
  listAlerts(store, query),
);
