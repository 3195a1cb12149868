import { queryOptions } from '@tanstack/react-query';
import type { LoadExportFormat } from '@/lib/contracts/load-analysis';
import type { CreateLoadTestInput } from '@/lib/contracts/load-api';
import { apiUrl, request } from '../fetch';

const under = (state: string | undefined) => state === 'running' || state === 'queued';

export const loadTestsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['load-tests', stack],
    queryFn: ({ signal }) => request('load-tests', (a) => a.LoadTests, { query: { stack }, signal }),
    refetchInterval: (query) => (query.state.data?.some((t) => under(t.state)) ? 2_000 : 15_000),
    enabled: stack !== null,
  });

/** Grades and sparklines of the tests that have ended. */
export const loadGlancesQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['load-glances', stack],
    queryFn: ({ signal }) =>
      request('load-tests/glances', (a) => a.LoadGlances, { query: { stack }, signal }),
    refetchInterval: 15_000,
    enabled: stack !== null,
  });

export const loadTestQuery = (id: number) =>
  queryOptions({
    queryKey: ['load-test', id],
    queryFn: ({ signal }) => request(`load-tests/${id}`, (a) => a.LoadTestDetail, { signal }),
    placeholderData: undefined,
    refetchInterval: (query) => (under(query.state.data?.state) ? 10_000 : false),
  });

export const loadAnalysisQuery = (id: number) =>
  queryOptions({
    queryKey: ['load-analysis', id],
    queryFn: ({ signal }) => request(`load-tests/${id}/analysis`, (a) => a.LoadAnalysis, { signal }),
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const loadComparisonQuery = (ids: readonly number[]) =>
  queryOptions({
    queryKey: ['load-comparison', ...ids],
    queryFn: ({ signal }) =>
      request('load-tests/compare', (a) => a.LoadComparisons, { query: { ids: ids.join(',') }, signal }),
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: ids.length > 1,
  });

export const discoveredSourceQuery = (stack: string | null, target: string) =>
  queryOptions({
    queryKey: ['load-source', stack, target],
    queryFn: ({ signal }) =>
      request('load-sources/discovered', (a) => a.LoadSource, { query: { stack, target }, signal }),
    placeholderData: undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: stack !== null && target !== '',
  });

export const loadEvents = (id: number) => apiUrl(`load-tests/${id}/events`);
export const loadExportUrl = (id: number, format: LoadExportFormat) =>
  apiUrl(`load-tests/${id}/export`, { format });

export const startLoadTest = (body: CreateLoadTestInput) =>
  request('load-tests', (a) => a.LoadTestStarted, { method: 'POST', body });
export const stopLoadTest = (v: { id: number }) =>
  request(`load-tests/${v.id}/stop`, (a) => a.Anything, { method: 'POST', body: {} });

/** Reads a file as a workload for a target; keeps nothing. */
export const readLoadFile = (v: {
  stack: string;
  target: string;
  file: File;
  writes: boolean;
  factor: number;
}) =>
  request('load-sources', (a) => a.LoadSource, {
    method: 'POST',
    query: {
      stack: v.stack,
      target: v.target,
      file: v.file.name,
      writes: v.writes || undefined,
      factor: v.factor,
    },
    file: v.file,
  });

/** Keeps the results of k6 as a run. */
export const importLoadTest = (v: { stack: string; file: File }) =>
  request('load-tests/import', (a) => a.Added, {
    method: 'POST',
    query: { stack: v.stack, file: v.file.name, writtenAt: new Date(v.file.lastModified).toISOString() },
    file: v.file,
  });
