import { queryOptions } from '@tanstack/react-query';
import { apiUrl, request } from '../fetch';

export const configurationQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['configuration', stack],
    queryFn: ({ signal }) => request('configuration', (a) => a.Configuration, { query: { stack }, signal }),
    refetchInterval: 60_000,
    enabled: stack !== null,
  });

export const configurationDownload = (stack: string, file: string) =>
  apiUrl('configuration/file', { stack, file });
