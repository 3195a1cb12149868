import { route } from '@/lib/api/route';
import { EditTargetInput, IdPath } from '@/lib/contracts/api';
import { removeTarget, targetDetail, updateTarget } from '@/lib/targets/registry';

export const GET = route({ role: 'admin', params: IdPath }, ({ store, params }) =>
  targetDetail(store, params.id),
);

export const PATCH = route(
  { role: 'admin', params: IdPath, body: EditTargetInput },
  ({ store, actor, params, body }) => updateTarget(store, actor, params.id, body),
);

export const DELETE = route({ role: 'admin', params: IdPath }, ({ store, actor, params }) =>
  removeTarget(store, actor, params.id),
);
