import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { LoadExportQuery } from '@/lib/contracts/load-analysis';
import { exportLoadTest } from '@/lib/views/load/results';

export const GET = route(
  { role: 'viewer', params: IdPath, query: LoadExportQuery },
  async ({ store, params, query }) => {
    const file = await exportLoadTest(store, params.id, query.format);
    return new Response(file.body, {
      headers: {
        'content-type': `${file.contentType}; charset=utf-8`,
        'content-disposition': `attachment; filename="load-test-${params.id}.${file.extension}"`,
        'cache-control': 'no-store',
      },
    });
  },
);
