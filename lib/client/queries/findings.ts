import { queryOptions } from '@tanstack/react-query';
import type { FindingState } from '@/lib/contracts/finding';
import { request } from '../fetch';

export const findingsQuery = (stack: string | null, state?: FindingState) =>
  queryOptions({
    queryKey: ['findings', stack, state ?? 'any'],
    queryFn: ({ signal }) => request('findings', (a) => a.Findings, { query: { stack, state }, signal }),
    refetchInterval: 15_000,
    enabled: stack !== null,
  });

export const cannotCheckQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['cannot-check', stack],
    queryFn: ({ signal }) => request('cannot-check', (a) => a.CannotChecks, { query: { stack }, signal }),
    refetchInterval: 60_000,
    enabled: stack !== null,
  });

export const muteFinding = (v: { number: number; why: string; until?: string | undefined }) =>
  request(`findings/${v.number}/mute`, (a) => a.Anything, {
    method: 'POST',
    body: { why: v.why, until: v.until },
  });

export const unmuteFinding = (v: { number: number }) =>
  request(`findings/${v.number}/unmute`, (a) => a.Anything, { method: 'POST', body: {} });
