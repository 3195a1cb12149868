import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { ReportDocument, ReportSummary } from '@/lib/contracts/report';
import { apiUrl, request } from '../fetch';

export const reportsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['reports', stack],
    queryFn: ({ signal }) => request('reports', z.array(ReportSummary), { query: { stack }, signal }),
    refetchInterval: 20_000,
    enabled: stack !== null,
  });

const StoredReport = ReportDocument.extend({ id: z.number().int() });

/** A report never changes once it is written. */
export const reportQuery = (id: number) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: ({ signal }) => request(`reports/${id}`, StoredReport, { signal }),
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const reportFormats = ['html', 'md', 'csv', 'json'] as const;
export const reportDownload = (id: number, format: (typeof reportFormats)[number]) =>
  apiUrl(`reports/${id}/download`, { format });
