import { route } from '@/lib/api/route';
import { CompareLoadQuery } from '@/lib/contracts/load-analysis';
import { compareLoadTests } from '@/lib/views/load/results';

export const GET = route({ role: 'viewer', query: CompareLoadQuery }, ({ store, query }) =>
  compareLoadTests(store, query.ids),
);
