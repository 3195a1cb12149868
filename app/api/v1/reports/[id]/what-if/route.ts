import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { whatIf } from '@/lib/report/what-if';
import { reportWithoutRounds } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) =>
  whatIf(await reportWithoutRounds(store, params.id)),
);
