import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

export const changesQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['changes', stack],
    queryFn: ({ signal }) => request('changes', (a) => a.Changes, { query: { stack }, signal }),
    refetchInterval: 15_000,
    enabled: stack !== null,
  });

export const changeQuery = (id: number) =>
  queryOptions({
    queryKey: ['change', id],
    queryFn: ({ signal }) => request(`changes/${id}`, (a) => a.ChangeDetail, { signal }),
    placeholderData: undefined,
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === 'applying' || state === 'rolling-back' ? 1_000 : 10_000;
    },
  });

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
  request(`changes/${v.id}/prove`, (a) => a.TrialStarted, { method: 'POST', body: { settings: v.settings } });

/** `restart` says that a restart of the server is meant, where the change needs one. */
export const applyChange = (v: { id: number; writeConfigFile?: boolean; restart?: boolean }) =>
  request(`changes/${v.id}/apply`, (a) => a.JobStarted, {
    method: 'POST',
    body: { writeConfigFile: v.writeConfigFile ?? false, restart: v.restart ?? false },
  });

export const rollBackChange = ({ id, ...body }: { id: number; restart?: boolean }) =>
  request(`changes/${id}/rollback`, (a) => a.JobStarted, { method: 'POST', body });
