import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';
import { livePoll } from '../query-client';

export const overviewQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['overview', stack],
    queryFn: ({ signal }) => request('overview', (a) => a.Overview, { query: { stack }, signal }),
    refetchInterval: livePoll,
    enabled: stack !== null,
  });

export const stacksQuery = () =>
  queryOptions({
    queryKey: ['stacks'],
    queryFn: ({ signal }) => request('stacks', (a) => a.Stacks, { signal }),
    staleTime: 60_000,
  });
