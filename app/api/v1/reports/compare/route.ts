import { route } from '@/lib/api/route';
import { CompareReportsQuery } from '@/lib/contracts/report-comparison';
import { compareReports } from '@/lib/report/compare-reports';
import { reportDocument } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', query: CompareReportsQuery }, async ({ store, query }) =>
  compareReports(
    { id: query.before, document: await reportDocument(store, query.before) },
    { id: query.after, document: await reportDocument(store, query.after) },
  ),
);
