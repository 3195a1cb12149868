import { route } from '@/lib/api/route';
import { ApplyInput, IdPath } from '@/lib/contracts/api';
import { startChangeJob } from '@/lib/optimize/start';

export const POST = route(
  { role: 'operator', params: IdPath, body: ApplyInput },
  ({ store, actor, params, body }) => startChangeJob(store, actor, params.id, 'apply', body),
);
