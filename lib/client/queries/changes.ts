import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { ChangeDetail, ChangeView } from '@/lib/contracts/change';
import { request } from '../fetch';
import { JobStarted } from './jobs';

export const changesQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['changes', stack],
    queryFn: ({ signal }) => request('changes', z.array(ChangeView), { query: { stack }, signal }),
    refetchInterval: 15_000,
    enabled: stack !== null,
  });

export const changeQuery = (id: number) =>
  queryOptions({
    queryKey: ['change', id],
    queryFn: ({ signal }) => request(`changes/${id}`, ChangeDetail, { signal }),
    placeholderData: undefined,
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'applying' || state === 'rolling-back' ? 1_000 : 10_000;
    },
  });

export const TrialStarted = JobStarted.extend({ trialId: z.number().int() });

/** Settings a person may choose for a trial; what is left out takes the default of the server. */
export interface TrialChoice {
  rounds?: number;
  segmentSeconds?: number;
  clients?: number;
  minRequests?: number;
  margin?: number;
  seed?: number;
}

export const proveChange = (v: { id: number; settings?: TrialChoice | undefined }) =>
  request(`changes/${v.id}/prove`, TrialStarted, { method: 'POST', body: { settings: v.settings } });

export const applyChange = (v: { id: number }) =>
  request(`changes/${v.id}/apply`, JobStarted, { method: 'POST', body: {} });

export const rollBackChange = (v: { id: number }) =>
  request(`changes/${v.id}/rollback`, JobStarted, { method: 'POST', body: {} });
