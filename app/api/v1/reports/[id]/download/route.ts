import { z } from 'zod';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { renderReport, reportFormats } from '@/lib/report/render';
import { reportDocument } from '@/lib/views/reports';

const Query = z.object({ format: z.enum(reportFormats).default('json') });

export const GET = route(
  { role: 'viewer', params: IdPath, query: Query },
  async ({ store, params, query }) => {
    const rendered = renderReport(await reportDocument(store, params.id), query.format);
    return new Response(rendered.body, {
      headers: {
        'content-type': rendered.contentType,
        'content-disposition': `attachment; filename="ratchet-report-${params.id}.${rendered.extension}"`,
        'cache-control': 'no-store',
      },
    });
  },
);
