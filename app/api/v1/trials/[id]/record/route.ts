import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { trialRecord } from '@/lib/prove/trial/record';

/** The evidence of a trial as a file that `ratchet judge` reads. */
export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) => {
  const record = await trialRecord(store, params.id);
  return new Response(`${JSON.stringify(record, null, 1)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="trial-${params.id}.json"`,
      'cache-control': 'no-store',
    },
  });
});
