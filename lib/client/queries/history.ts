import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

export const historyQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['history', stack],
    queryFn: ({ signal }) => request('history', (a) => a.History, { query: { stack }, signal }),
    refetchInterval: 60_000,
    enabled: stack !== null,
  });
