import { route } from '@/lib/api/route';
import { EditTargetInput, IdPath } from '@/lib/contracts/api';
import { testEdited } from '@/lib/targets/registry';

export const POST = route(
  { role: 'admin', params: IdPath, body: EditTargetInput },
  ({ store, params, body }) => testEdited(store, params.id, body),
);
