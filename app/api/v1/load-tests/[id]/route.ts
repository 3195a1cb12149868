import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { loadTestDetail } from '@/lib/load/tests/views';

export const GET = route({ role: 'viewer', params: IdPath }, ({ store, params }) =>
  loadTestDetail(store, params.id),
);
