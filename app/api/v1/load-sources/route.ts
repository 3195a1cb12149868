import { readFileBody } from '@/lib/api/raw-body';
import { route } from '@/lib/api/route';
import { LoadFileQuery } from '@/lib/contracts/load-source';
import { sourceOfFile } from '@/lib/views/load/sources';

/** Reads a file, sent as the body, as a workload. Keeps nothing. */
export const POST = route({ role: 'operator', query: LoadFileQuery }, async ({ store, query, request }) =>
  sourceOfFile(store, query, await readFileBody(request)),
);
