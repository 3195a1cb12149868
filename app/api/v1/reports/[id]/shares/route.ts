import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { ShareInput } from '@/lib/contracts/share';
import { createShare } from '@/lib/report/share/shares';

export const POST = route(
  { role: 'operator', params: IdPath, body: ShareInput },
  ({ store, actor, params, body }) => createShare(store, actor, params.id, body),
);
