import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { loadGlances } from '@/lib/views/load/results';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  loadGlances(store, query.stack),
);
