import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

export const sharesQuery = (enabled: boolean) =>
  queryOptions({
    queryKey: ['shares'],
    queryFn: ({ signal }) => request('shares', (a) => a.Shares, { signal }),
    refetchInterval: 30_000,
    enabled,
  });

export const createShare = (v: { reportId: number; days: number; note: string }) =>
  request(`reports/${v.reportId}/shares`, (a) => a.NewShare, {
    method: 'POST',
    body: { days: v.days, note: v.note },
  });
export const revokeShare = (v: { id: number }) =>
  request(`shares/${v.id}/revoke`, (a) => a.Anything, { method: 'POST', body: {} });
