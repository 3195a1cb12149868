import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { changeDetail } from '@/lib/optimize/views';

export const GET = route({ role: 'viewer', params: IdPath }, ({ store, params }) =>
  changeDetail(store, params.id),
);
