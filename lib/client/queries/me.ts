import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { Me } from '@/lib/contracts/api';
import { request } from '../fetch';

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => request('me', Me, { signal }),
    staleTime: 60_000,
  });

export const signOut = () => request('sign-out', z.unknown(), { method: 'POST', body: {} });
export const signIn = (token: string) => request('sign-in', z.unknown(), { method: 'POST', body: { token } });
