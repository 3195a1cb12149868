import { route } from '@/lib/api/route';
import { CreateLoadTestInput, LoadTestsQuery } from '@/lib/contracts/load-api';
import { startLoadTest } from '@/lib/load/tests/start';
import { listLoadTests } from '@/lib/load/tests/views';

export const GET = route({ role: 'viewer', query: LoadTestsQuery }, ({ store, query }) =>
  listLoadTests(store, query),
);

export const POST = route({ role: 'operator', body: CreateLoadTestInput }, ({ store, actor, body }) =>
  startLoadTest(store, actor, body),
);
