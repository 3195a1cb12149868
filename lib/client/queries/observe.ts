import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { request } from '../fetch';
import { livePoll } from '../query-client';

type Pick<T extends z.ZodType> = Parameters<typeof request<T>>[1];

/** Heavy readings are a minute apart; asked for more often, so that a new one shows soon. */
const heavyPoll = 20_000;

/** What the newest heavy reading of a target tells on one topic. */
function observed<T extends z.ZodType>(topic: string, pick: Pick<T>, everyMs = heavyPoll) {
  return (stack: string | null, target: string | undefined) =>
    queryOptions({
      queryKey: ['observed', topic, stack, target],
      queryFn: ({ signal }) => request(topic, pick, { query: { stack, target }, signal }),
      refetchInterval: everyMs,
      enabled: stack !== null && target !== undefined,
    });
}

export const statementsQuery = observed('database/statements', (a) => a.Statements);
export const tablesQuery = observed('database/tables', (a) => a.Tables);
export const indexesQuery = observed('database/indexes', (a) => a.Indexes);
export const settingsQuery = observed('database/settings', (a) => a.Settings);

export const cacheQuery = observed('cache', (a) => a.Cache);
export const containersQuery = observed('containers', (a) => a.Containers, livePoll);
export const serviceQuery = observed('services', (a) => a.Service);

/** Taken only when asked for: it reads up to 10,000 keys. Stays until another is taken. */
export const memorySampleQuery = (stack: string | null, target: string | undefined) =>
  queryOptions({
    queryKey: ['memory-sample', stack, target],
    queryFn: ({ signal }) =>
      request('cache/sample', (a) => a.MemorySample, { query: { stack, target }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    placeholderData: undefined,
    retry: false,
    enabled: false,
  });

/** Read from the server itself at each call; kept up while someone looks. */
export const activityQuery = (stack: string | null, target: string | undefined, everyMs: number | false) =>
  queryOptions({
    queryKey: ['activity', stack, target],
    queryFn: ({ signal }) =>
      request('database/activity', (a) => a.Activity, { query: { stack, target }, signal }),
    refetchInterval: everyMs,
    enabled: stack !== null && target !== undefined,
    retry: false,
  });

/** Checkpoints, WAL and replication, read from the server itself at each call. */
export const serverQuery = (stack: string | null, target: string | undefined, everyMs: number | false) =>
  queryOptions({
    queryKey: ['server', stack, target],
    queryFn: ({ signal }) =>
      request('database/server', (a) => a.Server, { query: { stack, target }, signal }),
    refetchInterval: everyMs,
    enabled: stack !== null && target !== undefined,
    retry: false,
  });

/** Planned when first asked for, and again only when told to. */
export const planQuery = (stack: string | null, target: string | undefined, statement: string) =>
  queryOptions({
    queryKey: ['plan', stack, target, statement],
    queryFn: ({ signal }) =>
      request('database/plan', (a) => a.Plan, { query: { stack, target, statement }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: undefined,
    retry: false,
    enabled: stack !== null && target !== undefined,
  });
