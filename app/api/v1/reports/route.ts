import { route } from '@/lib/api/route';
import { StackQuery } from '@/lib/contracts/api';
import { CreateReportInput } from '@/lib/contracts/report-create';
import { createReport } from '@/lib/report/create';
import { listReports } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listReports(store, query.stack),
);

export const POST = route({ role: 'operator', body: CreateReportInput }, ({ store, actor, body }) =>
  createReport(store, actor, body),
);
