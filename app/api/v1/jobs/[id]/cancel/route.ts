import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { cancelJob } from '@/lib/jobs/cancel';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  cancelJob(store, actor, params.id),
);
