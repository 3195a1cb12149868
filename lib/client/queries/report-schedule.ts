import { queryOptions } from '@tanstack/react-query';
import type { ScheduleInput } from '@/lib/contracts/report-schedule';
import { request } from '../fetch';

export const scheduleQuery = (stack: string) =>
  queryOptions({
    queryKey: ['report-schedule', stack],
    queryFn: ({ signal }) => request('report-schedule', (a) => a.Schedule, { query: { stack }, signal }),
    refetchInterval: (query) => (query.state.data?.requestedAt ? 3_000 : 30_000),
  });

export const saveSchedule = (v: ScheduleInput) =>
  request('report-schedule', (a) => a.Anything, { method: 'PUT', body: v });
export const sendReport = (v: { stack: string }) =>
  request('report-schedule/send', (a) => a.Anything, { method: 'POST', body: v });
