import { readFileBody } from '@/lib/api/raw-body';
import { route } from '@/lib/api/route';
import { ImportLoadQuery } from '@/lib/contracts/load-analysis';
import { importLoadTest } from '@/lib/views/load/results';

/** Keeps results of k6, sent as the body, as a load test. */
export const POST = route(
  { role: 'operator', query: ImportLoadQuery },
  async ({ store, actor, query, request }) =>
    importLoadTest(store, actor, query, await readFileBody(request)),
);
