import { queryOptions } from '@tanstack/react-query';
import type { Role } from '@/lib/contracts/auth';
import { request } from '../fetch';

export const usersQuery = () =>
  queryOptions({
    queryKey: ['users'],
    queryFn: ({ signal }) => request('users', (a) => a.Users, { signal }),
  });
export const tokensQuery = () =>
  queryOptions({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => request('tokens', (a) => a.Tokens, { signal }),
  });
export const auditQuery = () =>
  queryOptions({
    queryKey: ['audit'],
    queryFn: ({ signal }) => request('audit', (a) => a.Audit, { signal }),
    refetchInterval: 15_000,
  });

export const addUser = (v: { name: string; role: Role }) =>
  request('users', (a) => a.SignInPath, { method: 'POST', body: v });
export const linkUser = (v: { id: number }) =>
  request(`users/${v.id}/link`, (a) => a.SignInPath, { method: 'POST', body: {} });
export const enableUser = (v: { id: number }) =>
  request(`users/${v.id}/enable`, (a) => a.Anything, { method: 'POST', body: {} });
export const disableUser = (v: { id: number }) =>
  request(`users/${v.id}/disable`, (a) => a.Anything, { method: 'POST', body: {} });
export const addToken = (v: { name: string; role: Role }) =>
  request('tokens', (a) => a.NewToken, { method: 'POST', body: v });
export const revokeToken = (v: { id: number }) =>
  request(`tokens/${v.id}/revoke`, (a) => a.Anything, { method: 'POST', body: {} });
