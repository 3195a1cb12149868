import { muteAlert } from '@/lib/alert/alerts';
import { route } from '@/lib/api/route';
import { MuteAlertInput } from '@/lib/contracts/alert';
import { IdPath } from '@/lib/contracts/api';

export const POST = route(
  { role: 'operator', params: IdPath, body: MuteAlertInput },
  ({ store, actor, params, body }) => muteAlert(store, actor, params.id, body),
);
