import { route } from '@/lib/api/route';
import { CompareReportsQuery } from '@/lib/contracts/report-comparison';
import { compareReports } from '@/lib/report/compare-reports';
import { reportWithoutRounds } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', query: CompareReportsQuery }, async ({ store, query }) =>
  compareReports(
    { id: query.before, document: await reportWithoutRounds(store, query.before, { keepLoads: true }) },
    { id: query.after, document: await reportWithoutRounds(store, query.after, { keepLoads: true }) },
  ),
);
