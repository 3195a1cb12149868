import { route } from '@/lib/api/route';
import { IdPath, ProveInput } from '@/lib/contracts/api';
import { startTrial } from '@/lib/prove/trial/start';

export const POST = route(
  { role: 'operator', params: IdPath, body: ProveInput },
  ({ store, actor, params, body }) =>
    startTrial(store, actor, { changeId: params.id, settings: body.settings }),
);
