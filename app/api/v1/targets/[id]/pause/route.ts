import { route } from '@/lib/api/route';
import { IdPath, PauseInput } from '@/lib/contracts/api';
import { pauseTarget } from '@/lib/targets/registry';

export const POST = route(
  { role: 'admin', params: IdPath, body: PauseInput },
  ({ store, actor, params, body }) => pauseTarget(store, actor, params.id, body.paused),
);
