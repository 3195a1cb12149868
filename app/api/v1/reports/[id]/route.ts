import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { ReportQuery } from '@/lib/contracts/report';
import { reportDocument, reportWithoutRounds } from '@/lib/views/reports';

export const GET = route(
  { role: 'viewer', params: IdPath, query: ReportQuery },
  async ({ store, params, query }) => ({
    id: params.id,
    ...(await (query.rounds === 'yes' ? reportDocument : reportWithoutRounds)(store, params.id)),
  }),
);
