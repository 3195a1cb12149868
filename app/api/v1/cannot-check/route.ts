import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { listNotChecked } from '@/lib/diagnose/verbs';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listNotChecked(store, query.stack),
);
