import { route } from '@/lib/api/route';
import { disableUser } from '@/lib/auth';
import { IdPath } from '@/lib/contracts/api';

export const POST = route({ role: 'admin', params: IdPath }, ({ store, actor, params }) =>
  disableUser(store, actor, params.id),
);
