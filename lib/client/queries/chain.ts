import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

/** Recomputed from everything stored, so not again by itself. */
export const chainQuery = () =>
  queryOptions({
    queryKey: ['chain'],
    queryFn: ({ signal }) => request('chain', (a) => a.Chain, { signal }),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
  });
