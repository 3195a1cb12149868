import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { leadView } from '@/lib/report/lead/lead';
import { reportWithoutRounds } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) =>
  leadView(await reportWithoutRounds(store, params.id)),
);
