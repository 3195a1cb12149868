import { addNotifier, listNotifiers } from '@/lib/alert/notify/notifiers';
import { route } from '@/lib/api/route';
import { NotifierInput } from '@/lib/contracts/alert';

export const GET = route({ role: 'viewer' }, ({ store }) => listNotifiers(store));

export const POST = route({ role: 'admin', body: NotifierInput }, ({ store, actor, body }) =>
  addNotifier(store, actor, body),
);
