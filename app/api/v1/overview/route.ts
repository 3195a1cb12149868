import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { overview } from '@/lib/views/overview';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  overview(store, query.stack),
);
