import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { BaselineInput } from '@/lib/contracts/report-comparison';
import { nameBaseline } from '@/lib/report/baseline';

export const POST = route(
  { role: 'operator', params: IdPath, body: BaselineInput },
  ({ store, actor, params, body }) => nameBaseline(store, actor, params.id, body),
);
