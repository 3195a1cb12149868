import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { type FindingState, FindingView } from '@/lib/contracts/finding';
import { request } from '../fetch';

export const findingsQuery = (stack: string | null, state?: FindingState) =>
  queryOptions({
    queryKey: ['findings', stack, state ?? 'any'],
    queryFn: ({ signal }) => request('findings', z.array(FindingView), { query: { stack, state }, signal }),
    refetchInterval: 15_000,
    enabled: stack !== null,
  });

export const muteFinding = (v: { number: number; why: string; until?: string | undefined }) =>
  request(`findings/${v.number}/mute`, z.unknown(), { method: 'POST', body: { why: v.why, until: v.until } });

export const unmuteFinding = (v: { number: number }) =>
  request(`findings/${v.number}/unmute`, z.unknown(), { method: 'POST', body: {} });
