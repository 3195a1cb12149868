import { route } from '@/lib/api/route';
import { enableUser } from '@/lib/auth';
import { IdPath } from '@/lib/contracts/api';

export const POST = route({ role: 'admin', params: IdPath }, ({ store, actor, params }) =>
  enableUser(store, actor, params.id),
);
