import { queryOptions } from '@tanstack/react-query';
import type { EditTargetInput } from '@/lib/contracts/api';
import type { Connection, TargetOptions } from '@/lib/contracts/target';
import { request } from '../fetch';
import { livePoll } from '../query-client';

export const targetsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['targets', stack],
    queryFn: ({ signal }) => request('targets', (a) => a.Targets, { query: { stack }, signal }),
    refetchInterval: livePoll,
    enabled: stack !== null,
  });

export const testTarget = (v: { connection: Connection; options: TargetOptions }) =>
  request('targets/test', (a) => a.Capabilities, { method: 'POST', body: v });

export const addTarget = (v: {
  stack: string;
  name: string;
  connection: Connection;
  options: TargetOptions;
}) => request('targets', (a) => a.Added, { method: 'POST', body: v });

export const pauseTarget = (v: { id: number; paused: boolean }) =>
  request(`targets/${v.id}/pause`, (a) => a.Anything, { method: 'POST', body: { paused: v.paused } });

export const removeTarget = (v: { id: number }) =>
  request(`targets/${v.id}`, (a) => a.Anything, { method: 'DELETE' });

/** A target as its admin edits it. Read anew each time: another admin may have changed it. */
export const targetQuery = (id: number) =>
  queryOptions({
    queryKey: ['target', id],
    queryFn: ({ signal }) => request(`targets/${id}`, (a) => a.Target, { signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const editTarget = ({ id, ...body }: EditTargetInput & { id: number }) =>
  request(`targets/${id}`, (a) => a.Anything, { method: 'PATCH', body });

export const testEdited = ({ id, ...body }: EditTargetInput & { id: number }) =>
  request(`targets/${id}/test`, (a) => a.Capabilities, { method: 'POST', body });
