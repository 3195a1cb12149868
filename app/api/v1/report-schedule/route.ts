import { scheduleView, setSchedule } from '@/lib/alert/weekly/schedule';
import { route } from '@/lib/api/route';
import { ScheduleInput, SendReportInput } from '@/lib/contracts/report-schedule';

export const GET = route({ role: 'viewer', query: SendReportInput }, ({ store, query }) =>
  scheduleView(store, query.stack),
);

export const PUT = route({ role: 'operator', body: ScheduleInput }, ({ store, actor, body }) =>
  setSchedule(store, actor, body),
);
