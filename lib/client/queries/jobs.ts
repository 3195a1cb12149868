import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { JobView } from '@/lib/contracts/job';
import { request } from '../fetch';

export const JobStarted = z.object({ jobId: z.number().int() });
export const finished = (state: string) => state !== 'queued' && state !== 'running';

export const jobQuery = (id: number | null) =>
  queryOptions({
    queryKey: ['job', id],
    queryFn: ({ signal }) => request(`jobs/${id}`, JobView, { signal }),
    enabled: id !== null,
    placeholderData: undefined,
    // Also polled: a stream may be cut by a proxy, and the end of a job must not be missed.
    refetchInterval: (query) => (query.state.data && finished(query.state.data.state) ? false : 2_000),
  });

export const cancelJob = (v: { id: number }) =>
  request(`jobs/${v.id}/cancel`, z.unknown(), { method: 'POST', body: {} });

export const passesQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['passes', stack],
    queryFn: ({ signal }) => request('passes', z.array(JobView), { query: { stack }, signal }),
    refetchInterval: 10_000,
    enabled: stack !== null,
  });

export const startPass = (v: { stack: string; settings?: unknown; maxChanges?: number | undefined }) =>
  request('passes', JobStarted, { method: 'POST', body: v });
