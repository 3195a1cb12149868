import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { trialDetail } from '@/lib/prove/trial/views';

export const GET = route({ role: 'viewer', params: IdPath }, ({ store, params }) =>
  trialDetail(store, params.id),
);
