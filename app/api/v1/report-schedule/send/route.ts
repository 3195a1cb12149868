import { requestReport } from '@/lib/alert/weekly/schedule';
import { route } from '@/lib/api/route';
import { SendReportInput } from '@/lib/contracts/report-schedule';

export const POST = route({ role: 'operator', body: SendReportInput }, ({ store, actor, body }) =>
  requestReport(store, actor, body.stack),
);
