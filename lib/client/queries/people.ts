import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { AuditView, TokenView, UserView } from '@/lib/contracts/api';
import type { Role } from '@/lib/contracts/auth';
import { request } from '../fetch';

/** Path of a one-time sign-in link, relative to the address of this product. */
const SignInPath = z.object({ signInPath: z.string() });

export const usersQuery = () =>
  queryOptions({
    queryKey: ['users'],
    queryFn: ({ signal }) => request('users', z.array(UserView), { signal }),
  });
export const tokensQuery = () =>
  queryOptions({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => request('tokens', z.array(TokenView), { signal }),
  });
export const auditQuery = () =>
  queryOptions({
    queryKey: ['audit'],
    queryFn: ({ signal }) => request('audit', z.array(AuditView), { signal }),
    refetchInterval: 15_000,
  });

export const addUser = (v: { name: string; role: Role }) =>
  request('users', SignInPath, { method: 'POST', body: v });
export const linkUser = (v: { id: number }) =>
  request(`users/${v.id}/link`, SignInPath, { method: 'POST', body: {} });
export const enableUser = (v: { id: number }) =>
  request(`users/${v.id}/enable`, z.unknown(), { method: 'POST', body: {} });
export const disableUser = (v: { id: number }) =>
  request(`users/${v.id}/disable`, z.unknown(), { method: 'POST', body: {} });
export const addToken = (v: { name: string; role: Role }) =>
  request('tokens', z.object({ token: z.string() }), { method: 'POST', body: v });
export const revokeToken = (v: { id: number }) =>
  request(`tokens/${v.id}/revoke`, z.unknown(), { method: 'POST', body: {} });
