import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => request('me', (a) => a.Me, { signal }),
    staleTime: 60_000,
  });

export const signOut = () => request('sign-out', (a) => a.Anything, { method: 'POST', body: {} });
export const signIn = (token: string) =>
  request('sign-in', (a) => a.Anything, { method: 'POST', body: { token } });
