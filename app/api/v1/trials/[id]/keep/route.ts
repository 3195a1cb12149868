import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { startDecision } from '@/lib/prove/trial/start-decision';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  startDecision(store, actor, params.id, 'keep'),
);
