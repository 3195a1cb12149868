import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { startChangeJob } from '@/lib/optimize/start';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  startChangeJob(store, actor, params.id, 'apply'),
);
