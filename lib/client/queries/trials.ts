import { queryOptions } from '@tanstack/react-query';
import { apiUrl, request } from '../fetch';

export const trialsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['trials', stack],
    queryFn: ({ signal }) => request('trials', (a) => a.Trials, { query: { stack }, signal }),
    refetchInterval: (query) =>
      query.state.data?.some((t) => t.state === 'running' || t.state === 'queued') ? 3_000 : 15_000,
    enabled: stack !== null,
  });

export const trialQuery = (id: number) =>
  queryOptions({
    queryKey: ['trial', id],
    queryFn: ({ signal }) => request(`trials/${id}`, (a) => a.TrialDetail, { signal }),
    placeholderData: undefined,
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'running' || state === 'queued' ? 5_000 : 30_000;
    },
  });

export const trialEvents = (id: number) => apiUrl(`trials/${id}/events`);
export const trialRecordUrl = (id: number) => apiUrl(`trials/${id}/record`);

export const keepTrial = (v: { id: number }) =>
  request(`trials/${v.id}/keep`, (a) => a.JobStarted, { method: 'POST', body: {} });
export const rollBackTrial = (v: { id: number }) =>
  request(`trials/${v.id}/rollback`, (a) => a.JobStarted, { method: 'POST', body: {} });
export const cancelTrial = (v: { id: number }) =>
  request(`trials/${v.id}/cancel`, (a) => a.Anything, { method: 'POST', body: {} });
