import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { loadAnalysis } from '@/lib/views/load/results';

export const GET = route({ role: 'viewer', params: IdPath }, ({ store, params }) =>
  loadAnalysis(store, params.id),
);
