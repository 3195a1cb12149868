import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { DownloadQuery } from '@/lib/contracts/report';
import { renderReport } from '@/lib/report/render';
import { reportDocument, reportWithoutRounds } from '@/lib/views/reports';

export const GET = route(
  { role: 'viewer', params: IdPath, query: DownloadQuery },
  async ({ store, params, query }) => {
    // Only the JSON file holds the rounds; the others show what follows from them.
    const read = query.format === 'json' ? reportDocument : reportWithoutRounds;
    const rendered = await renderReport(await read(store, params.id), query.format);
    return new Response(typeof rendered.body === 'string' ? rendered.body : new Uint8Array(rendered.body), {
      headers: {
        'content-type': rendered.contentType,
        'content-disposition': `attachment; filename="ratchet-report-${params.id}.${rendered.extension}"`,
        'cache-control': 'no-store',
      },
    });
  },
);
