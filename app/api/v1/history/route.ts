import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { history } from '@/lib/views/history';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  history(store, query.stack),
);
