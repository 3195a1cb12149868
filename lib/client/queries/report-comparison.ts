import { queryOptions } from '@tanstack/react-query';
import { request } from '../fetch';

/** Reports never change, and neither does what two of them say of each other. */
export const reportComparisonQuery = (before: number | null, after: number | null) =>
  queryOptions({
    queryKey: ['report-comparison', before, after],
    queryFn: ({ signal }) =>
      request('reports/compare', (a) => a.ReportComparison, { query: { before, after }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: before !== null && after !== null,
  });

export const nameBaseline = (v: { id: number; name: string | null }) =>
  request(`reports/${v.id}/baseline`, (a) => a.Anything, { method: 'POST', body: { name: v.name } });
