import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { unmuteFinding } from '@/lib/diagnose/verbs';

export const POST = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  unmuteFinding(store, actor, params.id),
);
