import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { leadView } from '@/lib/report/lead/lead';
import { reportDocument } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) =>
  leadView(await reportDocument(store, params.id)),
);
