import { route } from '@/lib/api/route';
import { IdPath, MuteInput } from '@/lib/contracts/api';
import { muteFinding } from '@/lib/diagnose/verbs';

export const POST = route(
  { role: 'operator', params: IdPath, body: MuteInput },
  ({ store, actor, params, body }) => muteFinding(store, actor, params.id, body),
);
