import { route } from '@/lib/api/route';
import { IdPath, RollbackInput } from '@/lib/contracts/api';
import { startChangeJob } from '@/lib/optimize/start';

export const POST = route(
  { role: 'operator', params: IdPath, body: RollbackInput },
  ({ store, actor, params, body }) => startChangeJob(store, actor, params.id, 'rollback', body),
);
