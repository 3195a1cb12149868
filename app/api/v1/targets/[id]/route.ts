import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { removeTarget } from '@/lib/targets/registry';

export const DELETE = route({ role: 'admin', params: IdPath }, ({ store, actor, params }) =>
  removeTarget(store, actor, params.id),
);
