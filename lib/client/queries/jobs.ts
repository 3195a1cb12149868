import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

export const finished = (state: string) => state !== 'queued' && state !== 'running';

export const jobQuery = (id: number | null) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => request(`jobs/${id}`, (a) => a.JobView, { signal }),
    enabled: id !== null,
    placeholderData: undefined,
    // Also polled: a stream may be cut by a proxy, and the end of a job must not be missed.
    refetchInterval: (query) => (query.state.data && finished(query.state.data.state) ? false : 2_000),
  });

export const cancelJob = (v: { id: number }) =>
  request(`jobs/${v.id}/cancel`, (a) => a.Anything, { method: 'POST', body: {} });

export const passesQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['passes', stack],
    queryFn: ({ signal }) => request('passes', (a) => a.Jobs, { query: { stack }, signal }),
    refetchInterval: 10_000,
    enabled: stack !== null,
  });

export const startPass = (v: { stack: string; settings?: unknown; maxChanges?: number | undefined }) =>
  request('passes', (a) => a.JobStarted, { method: 'POST', body: v });
