import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Capabilities, type Connection, type TargetOptions, TargetView } from '@/lib/contracts/target';
import { request } from '../fetch';
import { livePoll } from '../query-client';

export const targetsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['targets', stack],
    queryFn: ({ signal }) => request('targets', z.array(TargetView), { query: { stack }, signal }),
    refetchInterval: livePoll,
    enabled: stack !== null,
  });

export const testTarget = (v: { connection: Connection }) =>
  request('targets/test', Capabilities, { method: 'POST', body: v });

export const addTarget = (v: {
  stack: string;
  name: string;
  connection: Connection;
  options: TargetOptions;
}) => request('targets', z.object({ id: z.number().int() }), { method: 'POST', body: v });

export const pauseTarget = (v: { id: number; paused: boolean }) =>
  request(`targets/${v.id}/pause`, z.unknown(), { method: 'POST', body: { paused: v.paused } });

export const removeTarget = (v: { id: number }) =>
  request(`targets/${v.id}`, z.unknown(), { method: 'DELETE' });
