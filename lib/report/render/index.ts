import type { ReportDocument, ReportFormat } from '@/lib/contracts/report';
import { renderCsv } from './csv';
import { renderHtml } from './html';
import { renderMarkdown } from './markdown';
import { renderPdf } from './pdf';

export interface RenderedReport {
  body: string | Buffer;
  contentType: string;
  extension: ReportFormat;
}

/** A report in one of its forms; each shows the document and nothing else. */
export async function renderReport(document: ReportDocument, format: ReportFormat): Promise<RenderedReport> {
  switch (format) {
    case 'pdf':
      return { body: await renderPdf(document), contentType: 'application/pdf', extension: format };
    case 'json':
      return {
        body: `${JSON.stringify(document, null, 1)}\n`,
        contentType: 'application/json; charset=utf-8',
        extension: format,
      };
    case 'md':
      return {
        body: renderMarkdown(document),
        contentType: 'text/markdown; charset=utf-8',
        extension: format,
      };
    case 'html':
      return { body: renderHtml(document), contentType: 'text/html; charset=utf-8', extension: format };
    case 'csv':
      return { body: renderCsv(document), contentType: 'text/csv; charset=utf-8', extension: format };
  }
}
