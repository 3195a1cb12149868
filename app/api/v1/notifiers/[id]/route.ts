import { deleteNotifier } from '@/lib/alert/notify/notifiers';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';

export const DELETE = route({ role: 'admin', params: IdPath }, ({ store, actor, params }) =>
  deleteNotifier(store, actor, params.id),
);
