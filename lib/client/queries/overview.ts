import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Overview } from '@/lib/contracts/overview';
import { request } from '../fetch';
import { livePoll } from '../query-client';

export const overviewQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['overview', stack],
    queryFn: ({ signal }) => request('overview', Overview, { query: { stack }, signal }),
    refetchInterval: livePoll,
    enabled: stack !== null,
  });

export const stacksQuery = () =>
  queryOptions({
    queryKey: ['stacks'],
    queryFn: ({ signal }) => request('stacks', z.array(z.string()), { signal }),
    staleTime: 60_000,
  });
