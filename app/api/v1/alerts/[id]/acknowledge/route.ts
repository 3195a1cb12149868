import { acknowledgeAlert } from '@/lib/alert/alerts';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  acknowledgeAlert(store, actor, params.id),
);
