import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { jobView } from '@/lib/jobs/queue';

export const GET = route({ role: 'viewer', params: IdPath }, ({ store, params }) =>
  jobView(store, params.id),
);
