import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { loadRecord } from '@/lib/load/tests/rows';

/** What a load test measured, whole, as a file. */
export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) => {
  const record = await loadRecord(store, params.id);
  return new Response(`${JSON.stringify(record)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="load-test-${params.id}.json"`,
      'cache-control': 'no-store',
    },
  });
});
