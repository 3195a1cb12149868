import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { stopLoadTest } from '@/lib/load/tests/stop';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  stopLoadTest(store, actor, params.id),
);
