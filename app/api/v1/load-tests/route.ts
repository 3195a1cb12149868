import { route } from '@/lib/api/route';
import { CreateLoadTestInput, LoadTestsQuery } from '@/lib/contracts/load-api';
import { startLoadTest } from '@/lib/load/tests/start';
import { listLoadTests } from '@/lib/load/tests/views';

export const GET = route({ role: 'viewer', query: LoadTestsQuery }, ({ store, query }) =>
  listLoadTests(store, query),
);

// The arrivals of a log that is replayed are many.
export const POST = route(
  { role: 'operator', body: CreateLoadTestInput, maxBody: 32_000_000 },
  ({ store, actor, body }) => startLoadTest(store, actor, body),
);
