import { route } from '@/lib/api/route';
import { revokeToken } from '@/lib/auth';
import { IdPath } from '@/lib/contracts/api';

export const POST = route({ role: 'viewer', params: IdPath }, ({ store, actor, params }) =>
  revokeToken(store, actor, params.id),
);
