import { queryOptions } from '@tanstack/react-query';
import type { AlertRuleInput, NotifierInput } from '@/lib/contracts/alert';
import { request } from '../fetch';

export const alertsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['alerts', stack],
    queryFn: ({ signal }) => request('alerts', (a) => a.Alerts, { query: { stack }, signal }),
    refetchInterval: 5_000,
    enabled: stack !== null,
  });
export const alertRulesQuery = () =>
  queryOptions({
    queryKey: ['alert-rules'],
    queryFn: ({ signal }) => request('alert-rules', (a) => a.AlertRules, { signal }),
  });
export const notifiersQuery = () =>
  queryOptions({
    queryKey: ['notifiers'],
    queryFn: ({ signal }) => request('notifiers', (a) => a.Notifiers, { signal }),
    refetchInterval: 15_000,
  });

export const acknowledgeAlert = (v: { id: number }) =>
  request(`alerts/${v.id}/acknowledge`, (a) => a.Anything, { method: 'POST', body: {} });
export const muteAlert = (v: { id: number; until: string | null }) =>
  request(`alerts/${v.id}/mute`, (a) => a.Anything, { method: 'POST', body: { until: v.until } });
export const saveRule = ({ id, rule }: { id: number | null; rule: AlertRuleInput }) =>
  id === null
    ? request('alert-rules', (a) => a.Anything, { method: 'POST', body: rule })
    : request(`alert-rules/${id}`, (a) => a.Anything, { method: 'PUT', body: rule });
export const tryRule = (rule: AlertRuleInput) =>
  request('alert-rules/try', (a) => a.Replay, { method: 'POST', body: rule });
export const muteRule = (v: { id: number; until: string | null }) =>
  request(`alert-rules/${v.id}/mute`, (a) => a.Anything, { method: 'POST', body: { until: v.until } });
export const deleteRule = (v: { id: number }) =>
  request(`alert-rules/${v.id}`, (a) => a.Anything, { method: 'DELETE' });
export const addNotifier = (v: NotifierInput) =>
  request('notifiers', (a) => a.Added, { method: 'POST', body: v });
export const testNotifier = (v: { id: number }) =>
  request(`notifiers/${v.id}/test`, (a) => a.Anything, { method: 'POST', body: {} });
export const deleteNotifier = (v: { id: number }) =>
  request(`notifiers/${v.id}`, (a) => a.Anything, { method: 'DELETE' });
