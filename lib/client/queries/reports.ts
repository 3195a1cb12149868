import { queryOptions } from '@tanstack/react-query';
import type { ReportFormat } from '@/lib/contracts/report';
import type { CreateReportInput } from '@/lib/contracts/report-create';
import { apiUrl, request } from '../fetch';
import { reportToRead } from '../preload';

export const reportsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['reports', stack],
    queryFn: ({ signal }) => request('reports', (a) => a.Reports, { query: { stack }, signal }),
    refetchInterval: 20_000,
    enabled: stack !== null,
  });

/** A report never changes once it is written. */
export const reportQuery = (id: number) =>
  queryOptions({
    queryKey: ['report', id],
    queryFn: ({ signal }) => {
      const { path, query } = reportToRead(id);
      return request(path, (a) => a.Report, { query, signal });
    },
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const leadQuery = (id: number) =>
  queryOptions({
    queryKey: ['report', id, 'lead'],
    queryFn: ({ signal }) => request(`reports/${id}/lead`, (a) => a.Lead, { signal }),
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const whatIfQuery = (id: number) =>
  queryOptions({
    queryKey: ['report', id, 'what-if'],
    queryFn: ({ signal }) => request(`reports/${id}/what-if`, (a) => a.WhatIf, { signal }),
    placeholderData: undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const reportFormats = ['pdf', 'html', 'md', 'csv', 'json'] as const satisfies readonly ReportFormat[];
export const reportDownload = (id: number, format: ReportFormat) =>
  apiUrl(`reports/${id}/download`, { format });

export const createReport = (body: CreateReportInput) =>
  request('reports', (a) => a.ReportCreated, { method: 'POST', body });
