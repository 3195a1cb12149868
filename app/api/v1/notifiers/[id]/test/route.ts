import { testNotifier } from '@/lib/alert/notify/notifiers';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';

export const POST = route({ role: 'admin', params: IdPath }, ({ store, actor, params, request }) =>
  testNotifier(store, actor, params.id, new URL('/alerts', request.url).href),
);
