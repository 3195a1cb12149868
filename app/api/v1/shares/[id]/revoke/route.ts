import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { revokeShare } from '@/lib/report/share/shares';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  revokeShare(store, actor, params.id),
);
