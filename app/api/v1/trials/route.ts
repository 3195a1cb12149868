import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { listTrials } from '@/lib/prove/trial/views';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listTrials(store, query),
);
